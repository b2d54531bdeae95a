# SPDX-License-Identifier: Apache-2.0
#
# Fetches, verifies and builds one librdkafka into FOLDER, unless it is there: a script for `cmake -P`, run in the build, with the
# variables that librdkafka.cmake gives it. Several builds may share CACHE; each waits for the other.
#
#   FOLDER/lib/librdkafka.a       librdkafka as it is
#   FOLDER/lib/librdkafka-api.a   one object in which only rd_kafka_* is global
#   FOLDER/include, FOLDER/licenses
cmake_minimum_required(VERSION 3.20)

function(run what)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${work} RESULT_VARIABLE status
    OUTPUT_FILE ${work}/log ERROR_FILE ${work}/log)
  if(NOT status EQUAL 0)
    file(READ ${work}/log log)
    message(FATAL_ERROR "${what} failed:\n${log}")
  endif()
endfunction()

# The package, with the checksum it must have. The client is asked for it by name; where it gets it from is its own affair.
function(fetch result)
  string(REGEX REPLACE "^@" "" name ${PACKAGE})
  string(REGEX REPLACE "[/@]" "-" name ${name})
  set(archive ${CACHE}/${name}.tgz)
  if(NOT EXISTS ${archive})
    find_program(NPM npm)
    if(NOT NPM)
      message(FATAL_ERROR "librdkafka's source comes in the npm package ${PACKAGE}, and there is no npm. "
        "Install npm, or give a folder with the source: STSKAFKA_RDKAFKA_SOURCE.")
    endif()
    run("npm pack ${PACKAGE}" ${NPM} pack --loglevel=error --ignore-scripts ${PACKAGE})
    file(SHA256 ${work}/${name}.tgz found)
    if(NOT found STREQUAL SHA256)
      message(FATAL_ERROR "${PACKAGE} has the checksum ${found} and not ${SHA256}: it is not used")
    endif()
    file(RENAME ${work}/${name}.tgz ${archive})
  endif()
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${work} PATTERNS package/deps/librdkafka)
  set(${result} ${work}/package/deps/librdkafka PARENT_SCOPE)
endfunction()

if(EXISTS ${FOLDER}/lib/librdkafka-api.a)
  return()
endif()
file(MAKE_DIRECTORY ${CACHE})
file(LOCK ${CACHE}/lock)
if(EXISTS ${FOLDER}/lib/librdkafka-api.a) # by now, another build has made it
  return()
endif()
set(work ${CACHE}/work)
file(REMOVE_RECURSE ${work} ${FOLDER})
file(MAKE_DIRECTORY ${work} ${FOLDER}/lib ${FOLDER}/include/librdkafka ${FOLDER}/licenses)

if(NOT SOURCE)
  fetch(SOURCE)
endif()
file(COPY ${SOURCE}/ DESTINATION ${work}/source) # it is configured and compiled in its own folder
find_program(BASH bash REQUIRED)
find_program(MAKE NAMES gmake make REQUIRED)

# What it is built with is what librdkafka.cmake says it needs, and none of it by chance. Its own threads rather than C11's: the
# releases of its makers have them too, and ThreadSanitizer follows them.
# Nothing in it is C++; its configure wants to see such a compiler all the same.
run("librdkafka's configure" ${CMAKE_COMMAND} -E chdir source ${CMAKE_COMMAND} -E env "CC=${CC}" "CXX=${CC}"
  ${BASH} ./configure --no-download --no-cache "--CFLAGS=${C_FLAGS} -fPIC -fno-lto" --disable-debug-symbols
  --enable-ssl --enable-zlib --enable-zstd --enable-lz4-ext --disable-gssapi --disable-curl --disable-c11threads)
file(STRINGS ${work}/source/config.h found REGEX "^#define WITH_(SSL|ZLIB|ZSTD|LZ4_EXT|SASL_SCRAM|SASL_OAUTHBEARER) 1")
list(LENGTH found count)
if(NOT count EQUAL 6)
  message(FATAL_ERROR "librdkafka finds not all that it needs (libssl, zlib, liblz4, libzstd); it has: ${found}")
endif()
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
run("Compiling librdkafka" ${MAKE} -C source/src -j${cores} librdkafka.a)

# One object; whatever is not of its API can neither meet a name of the host's nor of ours (both have nanopb).
set(api ${work}/librdkafka.o)
separate_arguments(flags UNIX_COMMAND "${C_FLAGS}")
run("joining objects" ${CC} ${flags} -w -fno-lto -fno-sanitize=all -nostdlib -r -o ${api} -Wl,--whole-archive source/src/librdkafka.a)
run("objcopy" ${OBJCOPY} --wildcard --keep-global-symbol=rd_kafka_* ${api})
run("ar" ${AR} rcs librdkafka-api.a ${api})

file(COPY ${work}/source/src/rdkafka.h ${work}/source/src/rdkafka_mock.h DESTINATION ${FOLDER}/include/librdkafka)
file(GLOB licenses ${work}/source/LICENSE ${work}/source/LICENSES.txt)
file(COPY ${licenses} DESTINATION ${FOLDER}/licenses)
file(RENAME ${work}/source/src/librdkafka.a ${FOLDER}/lib/librdkafka.a)
file(RENAME ${work}/librdkafka-api.a ${FOLDER}/lib/librdkafka-api.a) # last: with it, all is there
file(REMOVE_RECURSE ${work})
