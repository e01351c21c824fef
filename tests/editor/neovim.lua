-- What somebody does in Neovim with a contract; each answer goes into the file OUT, as JSON.
local seen = {}
local function wait(what, ready)
  if not vim.wait(60000, ready, 20) then error('waited in vain for ' .. what) end
end
local function finish()
  local file = io.open(vim.env.OUT, 'w')
  file:write(vim.fn.json_encode(seen))
  file:close()
  vim.cmd('qall!')
end
local function go_to(text)
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  for number, line in ipairs(lines) do
    local start, stop = line:find(text, 1, true)
    if start then
      vim.api.nvim_win_set_cursor(0, { number, start - 1 })
      return number - 1, start - 1, stop
    end
  end
  error('there is no ' .. text)
end
local function change(text, other)
  local line, start, stop = go_to(text)
  vim.api.nvim_buf_set_text(0, line, start, line, stop, { other })
end
local function has(text)
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find(text, 1, true) ~= nil
end
local function choose(wanted)
  vim.ui.select = function(items, options, chosen)
    for number, item in ipairs(items) do
      if options.format_item(item):find(wanted, 1, true) then return chosen(item, number) end
    end
    error('there is no action ' .. wanted)
  end
  vim.lsp.buf.code_action()
end

local function work()
  vim.cmd('edit api.contract.yaml')
  local buffer = vim.api.nvim_get_current_buf()
  wait('the server', function() return next(vim.lsp.buf_get_clients(buffer)) ~= nil end)

  change('request.size <', 'request.sice <')
  wait('a problem', function() return #vim.diagnostic.get(buffer) > 0 end)
  local problem = vim.diagnostic.get(buffer)[1]
  seen.problem = { problem.lnum, problem.col, problem.message, problem.source }
  vim.api.nvim_win_set_cursor(0, { problem.lnum + 1, problem.col })
  choose('Change `sice` to `size`')
  wait('the mend', function() return has('request.size <') end)
  wait('the end of the problem', function() return #vim.diagnostic.get(buffer) == 0 end)

  vim.lsp.buf.hover()
  wait('the hover', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        local shown = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
        seen.hover = table.concat(shown, '\n')
        return true
      end
    end
  end)

  go_to('take_one:')
  vim.lsp.buf.definition()
  wait('the declaration', function() return vim.api.nvim_buf_get_name(0):find('api.h', 1, true) end)
  seen.declaration = vim.api.nvim_get_current_line()
  vim.cmd('buffer ' .. buffer)

  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { '  take_all: {}' })
  go_to('take_all')
  choose('Draft what the header tells of `take_all`')
  wait('the draft', function() return has('take_all: {params:') end)
  seen.draft = vim.api.nvim_buf_get_lines(buffer, -2, -1, false)[1]

  change('ensures: [', 'ensures: [request.')
  vim.defer_fn(function()
    go_to('size <')
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('i<BS>.<C-x><C-o>', true, false, true), 't', false)
    local timer, tries = vim.loop.new_timer(), 0
    timer:start(100, 50, vim.schedule_wrap(function()
      local items = vim.fn.complete_info({ 'items' }).items
      tries = tries + 1
      if #items > 0 or tries > 1000 then
        timer:stop()
        seen.completion = vim.tbl_map(function(item) return item.word end, items)
        finish()
      end
    end))
  end, 50)
end

local done, why = pcall(work)
if not done then
  io.stderr:write(why)
  vim.cmd('cquit')
end
