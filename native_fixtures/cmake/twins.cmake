# What CMakeLists.txt builds twins with. A twin is a folder: with a `change.patch` it is the sound source with that
# change, without one it is the sound source itself.

set(ASAN_COMPILE_OPTIONS -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
set(ASAN_LINK_OPTIONS -fsanitize=address,undefined)

# twin_source(FOLDER SOURCE OUTPUT) gives a rule that makes OUTPUT of SOURCE and the folder's change.
function(twin_source folder source output)
  get_filename_component(twin "${folder}" NAME)
  if(EXISTS "${folder}/change.patch")
    add_custom_command(
      OUTPUT "${output}"
      COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${source}" "-DPATCH=${folder}/change.patch" "-DOUTPUT=${output}"
              -P "${APPLY_PATCH}"
      DEPENDS "${source}" "${folder}/change.patch" "${APPLY_PATCH}"
      COMMENT "Patching ${twin}"
      VERBATIM)
  else()
    add_custom_command(
      OUTPUT "${output}"
      COMMAND "${CMAKE_COMMAND}" -E copy "${source}" "${output}"
      DEPENDS "${source}"
      COMMENT "Copying ${twin}"
      VERBATIM)
  endif()
endfunction()

function(add_c_library target source include_dir)
  add_library(${target} SHARED "${source}")
  target_include_directories(${target} PRIVATE "${include_dir}")
  target_compile_options(${target} PRIVATE -Wall -Wextra)
  set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
endfunction()

# add_c_twins(BOUNDARY SOURCE INCLUDE_DIR) adds the libraries NAME and NAME_asan for every folder BOUNDARY/c/NAME.
function(add_c_twins boundary source include_dir)
  file(GLOB manifests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${boundary}/c/*/fixture.toml")
  get_filename_component(file_name "${source}" NAME)
  set(sources)
  set(twins)
  foreach(manifest IN LISTS manifests)
    get_filename_component(folder "${manifest}" DIRECTORY)
    get_filename_component(twin "${folder}" NAME)
    set(twin_file "${CMAKE_CURRENT_BINARY_DIR}/${boundary}/c/${twin}/${file_name}")
    twin_source("${folder}" "${source}" "${twin_file}")
    list(APPEND sources "${twin_file}")
    list(APPEND twins ${twin})
  endforeach()

  # One target owns the rules: two libraries that shared a rule would race for its output under Makefiles.
  add_custom_target(${boundary}_c_sources DEPENDS ${sources})

  foreach(twin twin_file IN ZIP_LISTS twins sources)
    add_c_library(${twin} "${twin_file}" "${include_dir}")
    target_compile_options(${twin} PRIVATE -O2 -g)
    add_dependencies(${twin} ${boundary}_c_sources)
    if(ABIDANCE_SANITIZE)
      add_c_library(${twin}_asan "${twin_file}" "${include_dir}")
      target_compile_options(${twin}_asan PRIVATE ${ASAN_COMPILE_OPTIONS})
      target_link_options(${twin}_asan PRIVATE ${ASAN_LINK_OPTIONS})
      add_dependencies(${twin}_asan ${boundary}_c_sources)
    endif()
  endforeach()
endfunction()

# cargo_build(TARGET SUFFIX ARTIFACTS [ENVIRONMENT NAME=VALUE...] [ARGUMENTS ARGUMENT...]) builds the workspace of the
# caller, add_rust_twins, in one run of cargo, and copies every library to lib/ with SUFFIX behind its name. ARTIFACTS
# is where cargo leaves them, below its target folder.
function(cargo_build target suffix artifacts)
  cmake_parse_arguments(PARSE_ARGV 3 cargo "" "" "ENVIRONMENT;ARGUMENTS")
  set(target_dir "${workspace}/target${suffix}")
  set(libraries)
  set(copies)
  foreach(twin IN LISTS twins)
    set(library "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/lib${twin}${suffix}.so")
    list(APPEND libraries "${library}")
    list(APPEND copies
      COMMAND "${CMAKE_COMMAND}" -E copy "${target_dir}/${artifacts}/lib${twin}.so" "${library}")
  endforeach()

  set(stamp "${workspace}/${target}.stamp")
  add_custom_command(
    OUTPUT "${stamp}"
    BYPRODUCTS ${libraries}
    COMMAND "${CMAKE_COMMAND}" -E env "CARGO_TARGET_DIR=${target_dir}" ${cargo_ENVIRONMENT}
            "${CARGO}" build --quiet --offline --release ${cargo_ARGUMENTS}
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}"
    ${copies}
    COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
    WORKING_DIRECTORY "${workspace}"
    DEPENDS ${sources} "${workspace}/Cargo.toml"
    COMMENT "Building the Rust twins with cargo (${target})"
    VERBATIM)
  add_custom_target(${target} ALL DEPENDS "${stamp}")
  foreach(twin IN LISTS twins)
    add_custom_target(${twin}${suffix})
    add_dependencies(${twin}${suffix} ${target})
  endforeach()
endfunction()

# add_rust_twins(BOUNDARY SOURCE) adds the targets NAME and, where rustc can, NAME_asan for every folder
# BOUNDARY/rust/NAME. All are crates of one cargo workspace, so that one run of cargo builds them side by side.
function(add_rust_twins boundary source)
  file(GLOB manifests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${boundary}/rust/*/fixture.toml")
  set(workspace "${CMAKE_CURRENT_BINARY_DIR}/${boundary}/rust")
  set(sources)
  set(twins)
  set(members)
  foreach(manifest IN LISTS manifests)
    get_filename_component(folder "${manifest}" DIRECTORY)
    get_filename_component(twin "${folder}" NAME)
    configure_file(cmake/Cargo.crate.toml.in "${workspace}/${twin}/Cargo.toml" @ONLY)
    twin_source("${folder}" "${source}" "${workspace}/${twin}/src/lib.rs")
    list(APPEND sources "${workspace}/${twin}/src/lib.rs")
    list(APPEND twins ${twin})
    string(APPEND members "    \"${twin}\",\n")
  endforeach()
  configure_file(cmake/Cargo.workspace.toml.in "${workspace}/Cargo.toml" @ONLY)

  cargo_build(${boundary}_rust_twins "" release)
  if(NOT ABIDANCE_SANITIZE)
    return()
  endif()
  if(NOT RUST_HOST MATCHES "^(x86_64|aarch64)-unknown-linux-gnu$")
    message(STATUS "Rust twins: no AddressSanitizer for ${RUST_HOST}, built without")
    return()
  endif()
  # The option is unstable, which RUSTC_BOOTSTRAP allows a stable compiler. `--target` keeps it from build scripts and
  # proc macros, which cargo would run without a sanitizer runtime.
  cargo_build(${boundary}_rust_twins_asan _asan ${RUST_HOST}/release
    ENVIRONMENT RUSTC_BOOTSTRAP=1 "RUSTFLAGS=-Zsanitizer=address -Cforce-frame-pointers=yes"
    ARGUMENTS --target ${RUST_HOST})
endfunction()
