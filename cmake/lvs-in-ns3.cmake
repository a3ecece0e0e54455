# SPDX-License-Identifier: GPL-2.0-or-later
# The module inside an ns-3 tree that CMake builds (ns-3 >= 3.36): contrib/lvs. Core, adapters and helpers are one
# library; lvs_ns3_libraries comes from the CMakeLists.txt above, where ns-3's scan for dependencies reads it.

find_package(fmt QUIET)
find_package(Boost QUIET COMPONENTS program_options)
find_library(LVS_PCRE2 pcre2-8)
find_library(LVS_SSL ssl)
if(NOT fmt_FOUND OR NOT Boost_PROGRAM_OPTIONS_FOUND OR NOT LVS_PCRE2 OR NOT LVS_SSL)
  message(WARNING "lvs is left out: it needs fmt, Boost.Program_options, PCRE2 and OpenSSL (libfmt-dev, "
                  "libboost-program-options-dev, libpcre2-dev, libssl-dev)")
  return()
endif()

# Of this folder only: ns-3 itself keeps the standard that it was configured with.
set(CMAKE_CXX_STANDARD 20)

set(patterns)
include(cmake/lvs-layers.cmake)
foreach(layer IN LISTS LVS_MODEL_LAYERS)
  list(APPEND patterns "${CMAKE_CURRENT_SOURCE_DIR}/${LVS_LAYER_${layer}_FOLDER}/*.cc")
endforeach()
foreach(room common sweep cluster names failover compare tools)
  list(APPEND patterns "${CMAKE_CURRENT_SOURCE_DIR}/scenarios/${room}/*.cc")
endforeach()
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${patterns} "${CMAKE_CURRENT_SOURCE_DIR}/helper/*.cc")

# ns-3 makes these "ns3/NAME", in one folder for all modules: adapters and helpers only, and each with our prefix.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "model/ns3/lvs-*.h" "helper/lvs-*.h")

# Its MPI engine, where the tree is configured with it: ns-3 3.36 to 3.40 say ENABLE_MPI, later ones NS3_MPI.
set(lvs_mpi)
if(MPI_FOUND AND (ENABLE_MPI OR NS3_MPI))
  add_definitions(-DLVS_MPI)
  list(APPEND lvs_ns3_libraries ${libmpi})
  set(lvs_mpi MPI::MPI_CXX)
endif()

# For ns-3's own runner, `./test.py -s lvs`; in the App Store's shape it stands in test/.
file(GLOB suites RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "tests/ns3/suite/lvs-test-suite.cc" "test/lvs-test-suite.cc")

# IGNORE_PCH: ns-3's precompiled header was made for its own C++ standard.
build_lib(
  IGNORE_PCH
  LIBNAME lvs
  SOURCE_FILES ${sources}
  HEADER_FILES ${headers}
  LIBRARIES_TO_LINK ${lvs_ns3_libraries} ${lvs_mpi} fmt::fmt Boost::program_options pcre2-8 ssl crypto
  TEST_SOURCES ${suites})

# The core is included by layer, "host/packet/packet.h", also by the adapter headers that others include. ns-3 compiles a module
# as an object library beside the library proper.
foreach(target ${liblvs} ${liblvs}-obj)
  if(TARGET ${target})
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/model>
                                                $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/scenarios>)
  endif()
endforeach()

set(BLIB_LIBNAME lvs) # what build_lib_example() of 3.43 and later reads
file(GLOB programs CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/scenarios/lvs-*.cc"
     "${CMAKE_CURRENT_SOURCE_DIR}/examples/lvs-*.cc")
foreach(source IN LISTS programs)
  get_filename_component(name "${source}" NAME_WE)
  set(more)
  if(name STREQUAL "lvs-example-wifi")
    if(NOT wifi IN_LIST libs_to_build)
      continue()
    endif()
    set(more ${libwifi})
  endif()
  build_lib_example(
    IGNORE_PCH
    NAME ${name}
    SOURCE_FILES ${source}
    LIBRARIES_TO_LINK ${liblvs} ${lvs_ns3_libraries} ${more})
  target_link_libraries(${name} fmt::fmt Boost::program_options ${lvs_mpi})
endforeach()
