# SPDX-License-Identifier: Apache-2.0
#
# Which librdkafka the library is made with: the system's, or a pinned newer one, built in and hidden. Included by the project.
# Makes the target stskafka::librdkafka, RDKAFKA_VERSION, and what users of the static library need besides: librdkafka itself or
# what that needs, as the pkg-config modules STSKAFKA_RDKAFKA_MODULES and the target PkgConfig::RDKAFKA.
set(STSKAFKA_RDKAFKA system CACHE STRING "Which librdkafka: 'system' (a shared library) or 'bundled' (a pinned one, inside ours)")
set_property(CACHE STSKAFKA_RDKAFKA PROPERTY STRINGS system bundled)
set(STSKAFKA_RDKAFKA_SOURCE "" CACHE PATH "The bundled one's source, a folder; without it, that is fetched with npm")
set(STSKAFKA_RDKAFKA_CACHE ${PROJECT_BINARY_DIR}/librdkafka CACHE PATH "Where what was fetched and built of it is kept")
if(NOT STSKAFKA_RDKAFKA MATCHES "^(system|bundled)$")
  message(FATAL_ERROR "STSKAFKA_RDKAFKA is system or bundled, not '${STSKAFKA_RDKAFKA}'")
endif()

# A package of the npm registry that carries librdkafka's source (in package/deps/librdkafka), and the checksum of that package.
set(rdkafka_package @confluentinc/kafka-javascript@1.10.1)
set(rdkafka_sha256 ada7d703bb1d3237e2292bfabf438d663b6160c9f1ac2a2406b5dc4257c81b66)
set(rdkafka_pinned 2.15.1)
set(rdkafka_builder ${CMAKE_CURRENT_LIST_DIR}/build_librdkafka.cmake)

# The version that a librdkafka's source says it is.
function(stskafka_read_rdkafka_version source result)
  if(NOT EXISTS ${source}/src/rdkafka.h)
    message(FATAL_ERROR "STSKAFKA_RDKAFKA_SOURCE has no librdkafka: there is no ${source}/src/rdkafka.h")
  endif()
  file(STRINGS ${source}/src/rdkafka.h line REGEX "^#define RD_KAFKA_VERSION +0x")
  string(REGEX MATCH "0x(..)(..)(..)" line "${line}")
  math(EXPR version "0x${CMAKE_MATCH_1}")
  foreach(part IN ITEMS ${CMAKE_MATCH_2} ${CMAKE_MATCH_3})
    math(EXPR part "0x${part}")
    string(APPEND version .${part})
  endforeach()
  set(${result} ${version} PARENT_SCOPE)
endfunction()

# Target stskafka_librdkafka_build, which makes two archives in `folder`: lib/librdkafka.a, librdkafka as it is, and
# lib/librdkafka-api.a, the same as one object in which only the names of its API are global.
# What was built of the same source with the same compiler and flags is taken from the cache.
function(stskafka_build_rdkafka folder_result version_result)
  set(version ${rdkafka_pinned})
  if(STSKAFKA_RDKAFKA_SOURCE)
    stskafka_read_rdkafka_version(${STSKAFKA_RDKAFKA_SOURCE} version)
  endif()
  file(SHA256 ${rdkafka_builder} recipe)
  set(compiler "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} for ${CMAKE_SYSTEM_PROCESSOR}, ${STSKAFKA_C_FLAGS}")
  string(SHA256 key "${recipe} ${rdkafka_sha256} ${STSKAFKA_RDKAFKA_SOURCE} ${compiler}")
  string(SUBSTRING ${key} 0 12 key)
  set(folder ${STSKAFKA_RDKAFKA_CACHE}/${version}-${key})
  add_custom_command(OUTPUT ${folder}/lib/librdkafka.a ${folder}/lib/librdkafka-api.a
    COMMAND ${CMAKE_COMMAND} -D CACHE=${STSKAFKA_RDKAFKA_CACHE} -D FOLDER=${folder} -D SOURCE=${STSKAFKA_RDKAFKA_SOURCE}
      -D PACKAGE=${rdkafka_package} -D SHA256=${rdkafka_sha256}
      -D CC=${CMAKE_C_COMPILER} -D C_FLAGS=${STSKAFKA_C_FLAGS} -D OBJCOPY=${CMAKE_OBJCOPY}
      -D NM=${CMAKE_NM} -D AR=${CMAKE_AR}
      -P ${rdkafka_builder}
    COMMENT "Building librdkafka ${version}" USES_TERMINAL VERBATIM)
  add_custom_target(stskafka_librdkafka_build DEPENDS ${folder}/lib/librdkafka.a ${folder}/lib/librdkafka-api.a)
  file(MAKE_DIRECTORY ${folder}/include) # which is filled in the build
  set(${folder_result} ${folder} PARENT_SCOPE)
  set(${version_result} ${version} PARENT_SCOPE)
endfunction()

if(STSKAFKA_RDKAFKA STREQUAL system)
  set(STSKAFKA_RDKAFKA_MODULES "rdkafka>=2.0.2")
else()
  set(STSKAFKA_RDKAFKA_MODULES libssl libcrypto zlib liblz4 libzstd)
endif()
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET ${STSKAFKA_RDKAFKA_MODULES})

if(STSKAFKA_RDKAFKA STREQUAL system)
  add_library(stskafka::librdkafka ALIAS PkgConfig::RDKAFKA)
else()
  stskafka_build_rdkafka(folder RDKAFKA_VERSION)
  add_library(stskafka::librdkafka STATIC IMPORTED)
  set_target_properties(stskafka::librdkafka PROPERTIES
    IMPORTED_LOCATION ${folder}/lib/librdkafka-api.a
    INTERFACE_INCLUDE_DIRECTORIES ${folder}/include
    INTERFACE_LINK_LIBRARIES "PkgConfig::RDKAFKA;Threads::Threads;${CMAKE_DL_LIBS};m")
  add_dependencies(stskafka::librdkafka stskafka_librdkafka_build)
  set(STSKAFKA_RDKAFKA_LICENSES ${folder}/licenses)
  set(STSKAFKA_RDKAFKA_FOLDER ${folder} CACHE INTERNAL "What was built of librdkafka, for tests")
endif()
