# BLAKE3: an installed C library, or the same C and assembly sources as Debian's librust-blake3-dev carries them. Sets
# HFHUB_BLAKE3_INCLUDE, HFHUB_BLAKE3_OBJECTS and HFHUB_BLAKE3_LIBRARY (one of the last two is empty).
find_package(BLAKE3 QUIET CONFIG)
if(TARGET BLAKE3::blake3)
  set(HFHUB_BLAKE3_LIBRARY BLAKE3::blake3)
  return()
endif()

file(GLOB blake3_folders /usr/share/cargo/registry/blake3-*/c)
find_path(HFHUB_BLAKE3_INCLUDE blake3.h HINTS ${blake3_folders})
if(NOT EXISTS ${HFHUB_BLAKE3_INCLUDE}/blake3_dispatch.c)
  message(FATAL_ERROR "libhfhub needs librust-blake3-dev, or BLAKE3's C library with its CMake package; ./dev deps installs it")
endif()

set(blake3_sources blake3.c blake3_dispatch.c blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  enable_language(ASM)
  foreach(set IN ITEMS sse2 sse41 avx2 avx512)
    list(APPEND blake3_sources blake3_${set}_x86-64_unix.S)
  endforeach()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND blake3_sources blake3_neon.c)
endif()
list(TRANSFORM blake3_sources PREPEND ${HFHUB_BLAKE3_INCLUDE}/)
add_library(hfhub_blake3 OBJECT ${blake3_sources})

# Names of our own (not hfhub_*, which is exported): a program that links libhfhub.a may hold another copy of BLAKE3, and
# assembly knows no visibility.
set(blake3_names version simd_degree hash_many compress_in_place compress_xof hasher_init hasher_init_keyed
    hasher_init_derive_key hasher_init_derive_key_raw hasher_update hasher_finalize hasher_finalize_seek hasher_reset)
foreach(set IN ITEMS portable sse2 sse41 avx2 avx512 neon)
  list(APPEND blake3_names hash_many_${set} compress_in_place_${set} compress_xof_${set})
endforeach()
foreach(name IN LISTS blake3_names)
  list(APPEND HFHUB_BLAKE3_DEFINITIONS blake3_${name}=own_blake3_${name} _blake3_${name}=_own_blake3_${name})
endforeach()
target_compile_definitions(hfhub_blake3 PRIVATE ${HFHUB_BLAKE3_DEFINITIONS})
set(HFHUB_BLAKE3_OBJECTS $<TARGET_OBJECTS:hfhub_blake3>)
