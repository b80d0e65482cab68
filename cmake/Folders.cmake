# A folder is a target. Its sources are the .cc files in it (found again when one is added), so that
# a new file needs no edit here, and what a folder may use stands in one line: DEPS.

function(dragoman_folder target)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PUBLIC dragoman_warnings ${arg_DEPS})
endfunction()

function(dragoman_program target)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE dragoman_warnings ${arg_DEPS})
  if(NOT DRAGOMAN_SANITIZE)  # sanitizers bring their own
    target_link_libraries(${target} PRIVATE PkgConfig::JEMALLOC)
  endif()
endfunction()

# The tests of one folder: the *_test.cc files beside the CMakeLists that calls this, one program.
function(dragoman_test target)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE dragoman_warnings ${arg_DEPS} GTest::gmock GTest::gtest_main)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_dependencies(unit_tests ${target})
  if(DRAGOMAN_SANITIZE)
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES TIMEOUT 300 LABELS unit)
  else()
    gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 60)
  endif()
endfunction()

# One libFuzzer program from one file; runs only in the fuzz preset.
function(dragoman_fuzzer target source)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  if(NOT DRAGOMAN_FUZZ)
    return()
  endif()
  add_executable(${target} ${source})
  target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${target} PRIVATE dragoman_warnings ${arg_DEPS})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${target})
endfunction()

include(GoogleTest)
add_custom_target(unit_tests)  # every dragoman_test: what the sanitizer presets build
add_custom_target(fuzzers)
