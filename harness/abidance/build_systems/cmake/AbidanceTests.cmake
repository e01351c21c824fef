# Read by ctest itself, when tests are listed or run: asks for the functions of contracts, and adds a test for each.

list(REMOVE_DUPLICATES abidance_includes)
list(REMOVE_ITEM abidance_includes "")
if(abidance_includes)
  string(REPLACE ";" ":" abidance_path "${abidance_includes}")
  if(NOT "$ENV{CPATH}" STREQUAL "")
    string(APPEND abidance_path ":$ENV{CPATH}")
  endif()
  list(APPEND abidance_environment "CPATH=${abidance_path}")
endif()
if(abidance_timeout)
  list(APPEND abidance_properties TIMEOUT "${abidance_timeout}")
endif()

set(abidance_files "")
foreach(abidance_contract IN LISTS abidance_contracts)
  if(IS_DIRECTORY "${abidance_contract}")
    file(GLOB_RECURSE abidance_contract "${abidance_contract}/*.contract.yaml")
  endif()
  list(APPEND abidance_files ${abidance_contract})
endforeach()

foreach(abidance_contract IN LISTS abidance_files)
  get_filename_component(abidance_name "${abidance_contract}" NAME)
  string(REGEX REPLACE "\\.contract\\.yaml$" "" abidance_name "${abidance_prefix}${abidance_name}")
  execute_process(
    COMMAND "${abidance_executable}" run --list "${abidance_contract}" ${abidance_words}
    WORKING_DIRECTORY "${abidance_folder}"
    OUTPUT_VARIABLE abidance_functions
    ERROR_QUIET
    RESULT_VARIABLE abidance_status)
  string(REGEX MATCHALL "[^\n]+" abidance_functions "${abidance_functions}")
  if(NOT abidance_status EQUAL 0 OR NOT abidance_functions)
    set(abidance_functions "*") # it cannot be read: one test says why
  endif()
  foreach(abidance_function IN LISTS abidance_functions)
    set(abidance_test "${abidance_name}.${abidance_function}")
    set(abidance_chosen --function "${abidance_function}")
    if(abidance_function STREQUAL "*")
      set(abidance_test "${abidance_name}")
      set(abidance_chosen "")
    endif()
    add_test("${abidance_test}" "${abidance_executable}" run "${abidance_contract}" ${abidance_chosen} ${abidance_words})
    set_tests_properties("${abidance_test}" PROPERTIES
      LABELS "${abidance_labels}"
      WORKING_DIRECTORY "${abidance_folder}"
      ENVIRONMENT "${abidance_environment}"
      ${abidance_properties})
  endforeach()
endforeach()
