# cmake -DSOURCE=FILE -DPATCH=FILE -DOUTPUT=FILE -P apply_patch.cmake
#
# Writes SOURCE with PATCH, a unified diff of that one file, applied to OUTPUT. Neither `patch` nor `git` is on every
# machine that builds this. Line numbers are not looked at: the lines that a hunk removes or keeps must occur exactly
# once in the source, and it is an error when they do not. So a patch survives edits elsewhere in the source, and one
# that no longer says what it means stops the build.
#
# Text is only ever passed quoted, and never as a list: C and Rust are full of semicolons and brackets.
cmake_minimum_required(VERSION 3.20)

foreach(variable SOURCE PATCH OUTPUT)
  if(NOT DEFINED ${variable})
    message(FATAL_ERROR "apply_patch.cmake: ${variable} is not given")
  endif()
endforeach()

# Replaces the one occurrence of `old` in `text` by `new`, all three of them variables of the caller.
macro(apply_hunk)
  if(old STREQUAL "")
    message(FATAL_ERROR "${PATCH}: hunk ${hunk} has no line to find its place by")
  endif()
  # Each with a newline in front, so that only whole lines match.
  string(FIND "\n${text}" "\n${old}" first)
  string(FIND "\n${text}" "\n${old}" last REVERSE)
  if(first EQUAL -1)
    message(FATAL_ERROR "${PATCH}: the lines of hunk ${hunk} do not occur in ${SOURCE}:\n${old}")
  endif()
  if(NOT first EQUAL last)
    message(FATAL_ERROR "${PATCH}: the lines of hunk ${hunk} occur more than once in ${SOURCE}:\n${old}")
  endif()
  string(LENGTH "${old}" old_length)
  math(EXPR after "${first} + ${old_length}")
  string(SUBSTRING "${text}" 0 ${first} head)
  string(SUBSTRING "${text}" ${after} -1 tail)
  string(CONCAT text "${head}" "${new}" "${tail}")
endmacro()

file(READ "${SOURCE}" text)
file(READ "${PATCH}" rest)

set(hunk 0)
set(old "")
set(new "")
while(NOT rest STREQUAL "")
  string(FIND "${rest}" "\n" end)
  if(end EQUAL -1)
    message(FATAL_ERROR "${PATCH}: the last line has no end")
  endif()
  string(SUBSTRING "${rest}" 0 ${end} line)
  math(EXPR end "${end} + 1")
  string(SUBSTRING "${rest}" ${end} -1 rest)

  if(line MATCHES "^@@ ")
    if(hunk GREATER 0)
      apply_hunk()
    endif()
    math(EXPR hunk "${hunk} + 1")
    set(old "")
    set(new "")
  elseif(hunk EQUAL 0)
    # The names of the files, and whatever a diff says before its first hunk.
  elseif(line MATCHES "^-")
    string(SUBSTRING "${line}" 1 -1 line)
    string(APPEND old "${line}\n")
  elseif(line MATCHES "^[+]")
    string(SUBSTRING "${line}" 1 -1 line)
    string(APPEND new "${line}\n")
  elseif(line STREQUAL "")
    # An empty line of context whose one blank an editor has removed.
    string(APPEND old "\n")
    string(APPEND new "\n")
  elseif(line MATCHES "^ ")
    string(SUBSTRING "${line}" 1 -1 line)
    string(APPEND old "${line}\n")
    string(APPEND new "${line}\n")
  else()
    message(FATAL_ERROR "${PATCH}: a line of hunk ${hunk} is no line of a unified diff:\n${line}")
  endif()
endwhile()
if(hunk EQUAL 0)
  message(FATAL_ERROR "${PATCH}: no hunk")
endif()
apply_hunk()

file(WRITE "${OUTPUT}" "${text}")
