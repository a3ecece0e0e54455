# SPDX-License-Identifier: GPL-2.0-or-later
# What is built, with which flags, and against what.

set(LVS_COMPONENTS
    "auto"
    CACHE STRING "What to build beside the core: a list of ns3 tests bench visualizer fuzz, or auto for all whose needs are met")
set(NS3_ROOT
    ""
    CACHE PATH "Prefix of an installed ns-3; empty: the system's")
option(LVS_VISUALIZER "Build the viewer (Qt 6)" ON)
option(LVS_WERROR "Treat warnings as errors" ON)

# --- build type -------------------------------------------------------------------------------------------------------
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE
      release
      CACHE STRING "debug, release or asan" FORCE)
endif()
string(TOLOWER "${CMAKE_BUILD_TYPE}" LVS_PROFILE)
if(NOT LVS_PROFILE MATCHES "^(debug|release|relwithdebinfo|asan|coverage)$")
  message(FATAL_ERROR "CMAKE_BUILD_TYPE is '${CMAKE_BUILD_TYPE}'; known are debug, release, relwithdebinfo, asan and coverage")
endif()
# All but debug is compiled folder by folder (lvs_unite in lvs-targets.cmake).
set(LVS_UNITY_DEFAULT ON)
if(LVS_PROFILE STREQUAL "debug")
  set(LVS_UNITY_DEFAULT OFF)
endif()
option(LVS_UNITY "Compile the files of a folder together" ${LVS_UNITY_DEFAULT})
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g -DNDEBUG")
# With sanitizers gcc warns of values that only seem to be uninitialized (gcc(1), -fsanitize=address), in <regex> for one.
set(CMAKE_CXX_FLAGS_ASAN "-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all")
string(APPEND CMAKE_CXX_FLAGS_ASAN " -Wno-maybe-uninitialized")
set(CMAKE_CXX_FLAGS_COVERAGE "-O0 -g --coverage -fprofile-update=atomic")
set(CMAKE_EXE_LINKER_FLAGS_COVERAGE "--coverage")
set(CMAKE_EXE_LINKER_FLAGS_ASAN "-fsanitize=address,undefined")
set(CMAKE_SHARED_LINKER_FLAGS_ASAN "-fsanitize=address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

# Position-independent code without this lets any function be replaced at run time, and so inlines none of them.
add_compile_options(-fno-semantic-interposition)

# Half of the time of ld.bfd, for some eighty programs; part of binutils up to Debian 12.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=gold LVS_HAS_GOLD)
if(LVS_HAS_GOLD)
  add_link_options(-fuse-ld=gold)
endif()

# Designated initialisers name what they set and default the rest on purpose.
set(lvs_warnings -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
set(lvs_core_warnings ${lvs_warnings} -Wold-style-cast -Woverloaded-virtual -Wcast-qual)
if(LVS_WERROR)
  list(APPEND lvs_warnings -Werror)
  list(APPEND lvs_core_warnings -Werror)
endif()

# --- components -------------------------------------------------------------------------------------------------------
# Asked for by name, a component's needs are required; under auto it is left out where they are not met.
function(lvs_want component out)
  if("${component}" IN_LIST LVS_COMPONENTS)
    set(${out} REQUIRED PARENT_SCOPE)
  elseif("auto" IN_LIST LVS_COMPONENTS)
    set(${out} QUIET PARENT_SCOPE)
  else()
    set(${out} NO PARENT_SCOPE)
  endif()
endfunction()

find_package(fmt REQUIRED)
find_package(Boost REQUIRED COMPONENTS program_options)
find_package(Threads REQUIRED)
# By their names alone: who links liblvs-daemons.a later need not find them again.
find_library(LVS_PCRE2 pcre2-8)
find_path(LVS_PCRE2_INCLUDE pcre2.h)
find_library(LVS_SSL ssl)
find_path(LVS_SSL_INCLUDE openssl/ssl.h)
if(NOT LVS_PCRE2 OR NOT LVS_PCRE2_INCLUDE OR NOT LVS_SSL OR NOT LVS_SSL_INCLUDE)
  message(FATAL_ERROR "PCRE2 or OpenSSL is not there (Debian: libpcre2-dev, libssl-dev)")
endif()

# The ns-3 modules that are linked: link lines are in this order.
set(LVS_NS3_MODULES mobility internet-apps applications flow-monitor point-to-point csma internet traffic-control bridge
                    stats network core)
set(LVS_WITH_NS3 OFF)
lvs_want(ns3 want)
if(want)
  find_package(Ns3Libs ${want} COMPONENTS ${LVS_NS3_MODULES})
  if(Ns3Libs_FOUND)
    set(LVS_WITH_NS3 ON)
  endif()
endif()
# What an example of ours wants beside those.
set(LVS_WITH_WIFI OFF)
if(LVS_WITH_NS3)
  find_package(Ns3Libs QUIET COMPONENTS wifi)
  set(LVS_WITH_WIFI ${Ns3Libs_FOUND})
endif()
# An ns-3 with its MPI engine (cmake/ns3-mpi builds one; Debian's has none).
set(LVS_WITH_MPI OFF)
if(LVS_WITH_NS3 AND EXISTS "${Ns3Libs_INCLUDE_DIR}/ns3/mpi-interface.h")
  set(LVS_WITH_MPI ON)
  set(MPI_CXX_SKIP_MPICXX ON)
  list(PREPEND LVS_NS3_MODULES mpi)
  find_package(Ns3Libs REQUIRED COMPONENTS ${LVS_NS3_MODULES})
  find_package(MPI REQUIRED COMPONENTS CXX)
endif()

set(LVS_WITH_TESTS OFF)
lvs_want(tests want)
if(want)
  find_package(GTest ${want})
  set(LVS_WITH_TESTS ${GTest_FOUND})
endif()

# Not under auto: it takes clang++, and all libraries built with -fsanitize=fuzzer-no-link.
set(LVS_WITH_FUZZ OFF)
if("fuzz" IN_LIST LVS_COMPONENTS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "the component fuzz needs CMAKE_CXX_COMPILER=clang++")
  endif()
  set(LVS_WITH_FUZZ ON)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

set(LVS_WITH_BENCH OFF)
lvs_want(bench want)
if(want)
  find_package(benchmark ${want})
  set(LVS_WITH_BENCH ${benchmark_FOUND})
endif()

set(LVS_WITH_VISUALIZER OFF)
lvs_want(visualizer want)
if(want AND LVS_VISUALIZER)
  find_package(Qt6 ${want} COMPONENTS Widgets Svg Test)
  set(LVS_WITH_VISUALIZER ${Qt6_FOUND})
endif()

message(STATUS "lvs: ${LVS_PROFILE}; ns-3 ${LVS_WITH_NS3} (MPI ${LVS_WITH_MPI}), tests ${LVS_WITH_TESTS}, "
               "benchmarks ${LVS_WITH_BENCH}, viewer ${LVS_WITH_VISUALIZER}")
