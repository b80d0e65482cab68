# Every library the project stands on, by the name the folders' CMakeLists use.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(EXPAT REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(prometheus-cpp REQUIRED CONFIG COMPONENTS core)
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
endif()
pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(LIBZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)

# BoringSSL: Debian's shared build by default; -DDRAGOMAN_BORINGSSL_ROOT=DIR (include/ and static
# libraries) links a newer one, which production should.
set(DRAGOMAN_BORINGSSL_ROOT "" CACHE PATH "A BoringSSL with include/ and libssl.a, libcrypto.a")
if(DRAGOMAN_BORINGSSL_ROOT)
  set(_bssl_include ${DRAGOMAN_BORINGSSL_ROOT}/include)
  set(_bssl_dirs ${DRAGOMAN_BORINGSSL_ROOT} ${DRAGOMAN_BORINGSSL_ROOT}/lib
                 ${DRAGOMAN_BORINGSSL_ROOT}/build)
  set(_bssl_names ssl libssl.a)
  set(_bcrypto_names crypto libcrypto.a)
else()
  set(_bssl_include /usr/include/android)
  set(_bssl_dirs /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/android)
  set(_bssl_names libssl.so.0)
  set(_bcrypto_names libcrypto.so.0)
  list(APPEND CMAKE_BUILD_RPATH ${_bssl_dirs})
  list(APPEND CMAKE_INSTALL_RPATH ${_bssl_dirs})
endif()
find_path(BORINGSSL_INCLUDE openssl/is_boringssl.h PATHS ${_bssl_include} NO_DEFAULT_PATH REQUIRED)
find_library(BORINGSSL_SSL NAMES ${_bssl_names} PATHS ${_bssl_dirs} NO_DEFAULT_PATH REQUIRED)
find_library(BORINGSSL_CRYPTO NAMES ${_bcrypto_names} PATHS ${_bssl_dirs} NO_DEFAULT_PATH REQUIRED)

add_library(BoringSSL::Crypto UNKNOWN IMPORTED)
set_target_properties(BoringSSL::Crypto PROPERTIES
  IMPORTED_LOCATION ${BORINGSSL_CRYPTO}
  INTERFACE_INCLUDE_DIRECTORIES ${BORINGSSL_INCLUDE}
  INTERFACE_LINK_LIBRARIES Threads::Threads)
add_library(BoringSSL::SSL UNKNOWN IMPORTED)
set_target_properties(BoringSSL::SSL PROPERTIES
  IMPORTED_LOCATION ${BORINGSSL_SSL}
  INTERFACE_INCLUDE_DIRECTORIES ${BORINGSSL_INCLUDE}
  INTERFACE_LINK_LIBRARIES BoringSSL::Crypto)
