# Installs into a prefix, moves it, builds examples/lenet5 against it by find_package and by pkg-config, looks at the library.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/first --strip)
file(RENAME ${WORK_DIR}/first ${WORK_DIR}/moved)

file(GLOB_RECURSE library ${WORK_DIR}/moved/lib/*/libconvgrad.so.*.*.* ${WORK_DIR}/moved/lib/libconvgrad.so.*.*.*)
list(GET library 0 library)
file(SIZE ${library} bytes)
message(STATUS "libconvgrad.so: ${bytes} bytes stripped")
math(EXPR most "${MEBIBYTES} * 1024 * 1024")
if(bytes GREATER most)
  message(FATAL_ERROR "the stripped shared library takes ${bytes} bytes, more than ${MEBIBYTES} MiB")
endif()

# Exported: our namespace (and what C++ emits for its types) alone.
run(nm -D --defined-only -C ${library})
string(REPLACE "\n" ";" symbols "${output}")
foreach(symbol ${symbols})
  if(NOT symbol MATCHES " (typeinfo|typeinfo name|vtable|guard variable|VTT) for (.*)convgrad::" AND NOT symbol MATCHES "convgrad::"
     AND NOT symbol MATCHES " std::|_init$|_fini$")
    message(FATAL_ERROR "an unexpected symbol is exported: ${symbol}")
  endif()
  if(symbol MATCHES "convgrad::kernels::")
    message(FATAL_ERROR "a kernel is exported: ${symbol}")
  endif()
endforeach()

file(GLOB_RECURSE texts ${WORK_DIR}/moved/*.cmake ${WORK_DIR}/moved/*.pc)
foreach(text ${texts})
  file(READ ${text} content)
  if(content MATCHES "${WORK_DIR}" OR content MATCHES "${BUILD_DIR}")
    message(FATAL_ERROR "${text} holds an absolute path of the build")
  endif()
endforeach()

run(${CMAKE_COMMAND} -S ${SOURCE_DIR}/examples/lenet5 -B ${WORK_DIR}/stranger -DCMAKE_PREFIX_PATH=${WORK_DIR}/moved
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${WORK_DIR}/stranger)
message(STATUS "a stranger's project builds against the moved package")
