# find_package(abidance): the function abidance_add_contracts, and the program that it runs.
#
# `abidance --cmake-dir` prints this folder:
#
#   cmake -B build -DCMAKE_PREFIX_PATH="$(abidance --cmake-dir)"
#
# ABIDANCE_EXECUTABLE is the program, of the Python environment in which this file lies.

find_program(ABIDANCE_EXECUTABLE abidance
  HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../../../../bin" # lib/pythonX.Y/site-packages/abidance/build_systems/cmake
  DOC "The program that holds libraries to their contracts")
if(NOT ABIDANCE_EXECUTABLE)
  set(abidance_FOUND FALSE)
  set(abidance_NOT_FOUND_MESSAGE
    "the program abidance is not in PATH: activate its environment, or set ABIDANCE_EXECUTABLE")
  return()
endif()
include("${CMAKE_CURRENT_LIST_DIR}/Abidance.cmake")
