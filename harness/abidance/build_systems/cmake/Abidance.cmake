# abidance_add_contracts: contracts as CTest tests, one for each function.
#
#   abidance_add_contracts([TARGET] <target>
#     CONTRACTS <path>...            # *.contract.yaml, or folders of them, relative to the current source directory
#     [BUILDS <build>...]            # see below
#     [LABELS <label>...]            # besides `abidance`
#     [TEST_PREFIX <prefix>]         # of the names: <prefix><contract>.<function>
#     [TIMEOUT <seconds>]            # for one function
#     [WORKING_DIRECTORY <folder>]   # where settings are looked for and failing calls are kept: the project's folder
#     [ARGUMENTS <word>...]          # more for `abidance run`, such as --max-examples 500
#     [PROPERTIES <name> <value>...] # more properties of the tests
#   )
#
# With a target, the library is that which this project builds: a shared one as it is, a static or object library
# through a shared object that is linked for it. The contract's own libraries are not looked at.
#
# Without a target, or with BUILDS, the contract's own libraries are built, each as all of BUILDS (or as the contract's
# `builds`). A `cmake:` library of this project is then configured with this CMake and the cache variables of this tree,
# so with its toolchain file and with what a preset has set.
#
# Which functions there are is asked when the tests are run, so an edited contract needs no new configuration.

include_guard(GLOBAL)
set(_ABIDANCE_CMAKE_DIR "${CMAKE_CURRENT_LIST_DIR}" CACHE INTERNAL "")
include("${CMAKE_CURRENT_LIST_DIR}/AbidanceShared.cmake")

function(abidance_add_contracts)
  set(values TARGET TEST_PREFIX TIMEOUT WORKING_DIRECTORY)
  set(lists CONTRACTS BUILDS LABELS ARGUMENTS PROPERTIES)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "${values}" "${lists}")
  if(NOT arg_TARGET AND arg_UNPARSED_ARGUMENTS)
    list(POP_FRONT arg_UNPARSED_ARGUMENTS arg_TARGET)
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "abidance_add_contracts: what is `${arg_UNPARSED_ARGUMENTS}`?")
  endif()
  if(NOT arg_CONTRACTS)
    message(FATAL_ERROR "abidance_add_contracts: name contracts after CONTRACTS")
  endif()
  if(NOT ABIDANCE_EXECUTABLE)
    message(FATAL_ERROR "abidance_add_contracts: find_package(abidance) first")
  endif()

  set(contracts "")
  foreach(contract IN LISTS arg_CONTRACTS)
    get_filename_component(contract "${contract}" ABSOLUTE)
    if(NOT EXISTS "${contract}")
      message(FATAL_ERROR "abidance_add_contracts: there is no ${contract}")
    endif()
    list(APPEND contracts "${contract}")
  endforeach()
  if(NOT arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  endif()

  set(words ${arg_ARGUMENTS})
  foreach(build IN LISTS arg_BUILDS)
    list(APPEND words --build "${build}")
  endforeach()
  set(environment "ABIDANCE_CMAKE=${CMAKE_COMMAND}" "ABIDANCE_CMAKE_TREE=${CMAKE_BINARY_DIR}")
  if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
    list(APPEND environment "CC=${CMAKE_C_COMPILER}") # which reads the headers as the sources read them
  endif()
  set(includes "")
  if(arg_TARGET)
    if(NOT TARGET "${arg_TARGET}")
      message(FATAL_ERROR "abidance_add_contracts: there is no target ${arg_TARGET}")
    endif()
    # What the header includes may be generated, or lie where only the target knows.
    set(includes "$<TARGET_PROPERTY:${arg_TARGET},INTERFACE_INCLUDE_DIRECTORIES>")
    string(APPEND includes ";$<TARGET_PROPERTY:${arg_TARGET},INCLUDE_DIRECTORIES>")
    if(NOT arg_BUILDS)
      _abidance_loadable("${arg_TARGET}" loadable)
      list(APPEND words --library "${arg_TARGET}=$<TARGET_FILE:${loadable}>")
    endif()
  endif()

  # Generator expressions are known when the tree is generated, and for each configuration of those that have several.
  get_property(number GLOBAL PROPERTY _ABIDANCE_CALLS)
  math(EXPR number "${number} + 1")
  set_property(GLOBAL PROPERTY _ABIDANCE_CALLS "${number}")
  set(name "${CMAKE_CURRENT_BINARY_DIR}/abidance-contracts-${number}")
  file(GENERATE OUTPUT "${name}-$<CONFIG>.cmake" CONTENT "\
set(abidance_executable [==[${ABIDANCE_EXECUTABLE}]==])
set(abidance_contracts [==[${contracts}]==])
set(abidance_words [==[${words}]==])
set(abidance_environment [==[${environment}]==])
set(abidance_includes [==[${includes}]==])
set(abidance_labels [==[abidance;${arg_LABELS}]==])
set(abidance_prefix [==[${arg_TEST_PREFIX}]==])
set(abidance_timeout [==[${arg_TIMEOUT}]==])
set(abidance_folder [==[${arg_WORKING_DIRECTORY}]==])
set(abidance_properties [==[${arg_PROPERTIES}]==])
include([==[${_ABIDANCE_CMAKE_DIR}/AbidanceTests.cmake]==])
")
  get_property(several GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(several)
    file(WRITE "${name}.cmake" "include(\"${name}-\${CTEST_CONFIGURATION_TYPE}.cmake\")\n")
  else()
    file(WRITE "${name}.cmake" "include(\"${name}-${CMAKE_BUILD_TYPE}.cmake\")\n")
  endif()
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${name}.cmake")
endfunction()

# The target whose file can be loaded: the target itself, or a shared library that is linked from it.
function(_abidance_loadable target result)
  get_target_property(real "${target}" ALIASED_TARGET)
  if(NOT real)
    set(real "${target}")
  endif()
  get_target_property(kind "${real}" TYPE)
  get_target_property(imported "${real}" IMPORTED)
  if(kind MATCHES "^(SHARED|MODULE)_LIBRARY$" OR (kind STREQUAL "STATIC_LIBRARY" AND imported))
    set("${result}" "${real}" PARENT_SCOPE) # a static file from elsewhere is linked by abidance
  elseif(kind MATCHES "^(STATIC|OBJECT)_LIBRARY$")
    if(NOT TARGET "${real}-shared-by-abidance")
      set(ABIDANCE_COMMAND "${ABIDANCE_EXECUTABLE}")
      abidance_share_target("${real}" "${real}-shared-by-abidance")
      cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [==[${CMAKE_SOURCE_DIR}]==] CALL _abidance_relocatable [==[${real}]==])")
    endif()
    set("${result}" "${real}-shared-by-abidance" PARENT_SCOPE)
  else()
    message(FATAL_ERROR "abidance_add_contracts: ${target} is no library that can be loaded or linked (${kind})")
  endif()
endfunction()

# Code of a shared object must be relocatable. Where the project does not say whether a static library's is, it is now.
function(_abidance_relocatable target)
  if(NOT TARGET "${target}")
    return()
  endif()
  get_target_property(kind "${target}" TYPE)
  get_target_property(imported "${target}" IMPORTED)
  get_target_property(said "${target}" POSITION_INDEPENDENT_CODE)
  get_target_property(seen "${target}" _ABIDANCE_SEEN)
  if(imported OR seen OR NOT kind MATCHES "^(STATIC|OBJECT)_LIBRARY$")
    return()
  endif()
  set_target_properties("${target}" PROPERTIES _ABIDANCE_SEEN TRUE)
  if(said MATCHES "NOTFOUND$")
    set_target_properties("${target}" PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  get_target_property(links "${target}" LINK_LIBRARIES)
  foreach(link IN LISTS links)
    _abidance_relocatable("${link}")
  endforeach()
endfunction()
