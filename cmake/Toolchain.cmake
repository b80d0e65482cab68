# How everything here is compiled: warnings are errors, one cache, one fast linker, optional sanitizers.
find_program(DRAGOMAN_CCACHE ccache)
if(DRAGOMAN_CCACHE)
  # Paths count from the checkout, so that a second checkout finds what the first one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=true ${DRAGOMAN_CCACHE})
endif()

find_program(DRAGOMAN_MOLD mold)
if(DRAGOMAN_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(DRAGOMAN_SANITIZE)
  add_compile_options(-fsanitize=${DRAGOMAN_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DRAGOMAN_SANITIZE})
endif()

# Ours only: the generated protobuf code and the libraries' headers answer to their own authors.
add_library(dragoman_warnings INTERFACE)
target_compile_options(dragoman_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror)
# gcc 12 sees uninitialised strings inside moved std::variant values, and overlaps in "a" + string; the
# sanitizers and clang see none.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(dragoman_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(DRAGOMAN_FUZZ)  # a fuzzer finds its way only through code that counts its branches
  target_compile_options(dragoman_warnings INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_include_directories(dragoman_warnings INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(dragoman_warnings INTERFACE DRAGOMAN_VERSION="${PROJECT_VERSION}")
