# SPDX-License-Identifier: Apache-2.0
#
# The fuzz targets (fuzz.h), each a file NAME.c and a folder corpus/NAME, and the programs that are made of them.
set(STSKAFKA_FUZZ_TARGETS encode json options otlp otlp_json partition script settings spec topology_bytes topology_json)
set(stskafka_fuzz_dir ${CMAKE_CURRENT_LIST_DIR})
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)

# A program of the target NAME; further arguments are the sources that run it.
function(stskafka_add_fuzz_program program name)
  add_executable(${program} ${stskafka_fuzz_dir}/${name}.c ${stskafka_fuzz_dir}/fuzz.c ${ARGN})
  target_include_directories(${program} PRIVATE
    ${PROJECT_SOURCE_DIR}/lib ${PROJECT_BINARY_DIR}/lib/generated ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${program} PRIVATE _GNU_SOURCE FUZZ_FOLDER="${stskafka_fuzz_dir}")
  target_link_libraries(${program} PRIVATE stskafka_objects stskafka_warnings PkgConfig::JANSSON PkgConfig::YAML)
endfunction()
