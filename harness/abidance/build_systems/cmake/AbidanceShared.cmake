# A static or object library as a shared one: what a program that links it can call, a worker can load.
#
#   abidance_share_target(TARGET SHARED)
#
# adds the shared library SHARED with every object of TARGET and with what TARGET is linked with. ABIDANCE_COMMAND is how
# abidance is started. TARGET itself is built as it was; its hidden functions are made visible in a copy.
#
# Included by CMAKE_PROJECT_INCLUDE, it does so at the end of the project for each of ABIDANCE_SHARED_TARGETS, under the
# name TARGET-shared-by-abidance.

if(ABIDANCE_PROJECT_INCLUDE)
  include("${ABIDANCE_PROJECT_INCLUDE}")
endif()
include_guard(GLOBAL)

function(abidance_share_target target shared)
  get_target_property(kind "${target}" TYPE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${shared}.files")
  file(MAKE_DIRECTORY "${folder}")
  set(archive "${target}")
  if(kind STREQUAL "OBJECT_LIBRARY")
    set(archive "${shared}-objects")
    add_library("${archive}" STATIC EXCLUDE_FROM_ALL "$<TARGET_OBJECTS:${target}>")
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    set_target_properties("${archive}" PROPERTIES LINKER_LANGUAGE C)
    if("CXX" IN_LIST languages)
      set_target_properties("${archive}" PROPERTIES LINKER_LANGUAGE CXX)
    endif()
  endif()

  set(exported "${folder}/exported.a")
  add_custom_command(
    OUTPUT "${exported}"
    COMMAND ${ABIDANCE_COMMAND} --export-archive "$<TARGET_FILE:${archive}>" "${exported}"
    DEPENDS "${archive}" "$<TARGET_FILE:${archive}>"
    COMMENT "Making the functions of ${target} visible for abidance"
    VERBATIM)
  add_custom_target("${shared}-exported" DEPENDS "${exported}")

  # A shared library needs a source, in a language that the project has.
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  set(source "${folder}/nothing.c")
  if(NOT "C" IN_LIST languages)
    set(source "${folder}/nothing.cpp")
  endif()
  if(NOT EXISTS "${source}")
    file(WRITE "${source}" "")
  endif()
  add_library("${shared}" SHARED "${source}")
  add_dependencies("${shared}" "${shared}-exported")
  set_target_properties("${shared}" PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY "${folder}"
    LINK_DEPENDS "${exported}")
  # Everything in the copy comes first, so that of the archive itself nothing is taken but what it is linked with.
  target_link_options("${shared}" PRIVATE "LINKER:--whole-archive,${exported},--no-whole-archive")
  if(kind STREQUAL "OBJECT_LIBRARY") # whose objects are linked with the library itself
    target_link_libraries("${shared}" PRIVATE "$<TARGET_PROPERTY:${target},LINK_LIBRARIES>")
  else()
    target_link_libraries("${shared}" PRIVATE "${target}")
  endif()
endfunction()

function(abidance_share_named_targets)
  foreach(target IN LISTS ABIDANCE_SHARED_TARGETS)
    if(TARGET "${target}" AND NOT TARGET "${target}-shared-by-abidance")
      get_target_property(kind "${target}" TYPE)
      if(kind STREQUAL "STATIC_LIBRARY" OR kind STREQUAL "OBJECT_LIBRARY")
        abidance_share_target("${target}" "${target}-shared-by-abidance")
      endif()
    endif()
  endforeach()
endfunction()

if(ABIDANCE_SHARED_TARGETS)
  cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL abidance_share_named_targets)
endif()
