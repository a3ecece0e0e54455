# SPDX-License-Identifier: GPL-2.0-or-later
# The shapes of target that this project has: a library for a layer, a program, and the stubs that make "ns3/lvs-foo.h".

# Headers that nearly every file includes are compiled once for all of a kind: lvs-pch-KIND, made when first asked for.
#   core   the standard library and fmt       ns3   those and ns-3's       test   those and GoogleTest's
# For what is built to be run: release, and the fuzz targets. Without them (debug, asan, inside ns-3's tree) every file is compiled
# with its own includes alone, so one that forgets some is found.
set(LVS_PCH OFF)
if(LVS_WITH_FUZZ OR (CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND LVS_PROFILE MATCHES "^rel"))
  set(LVS_PCH ON)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The first for ccache. g++ 12 forgets that a precompiled header is the system's, and warns of bounds in std::string (GCC bug
  # 105329); builds without precompiled headers keep these warnings.
  set(lvs_pch_options -fpch-preprocess -Winvalid-pch -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
else()
  set(lvs_pch_options "SHELL:-Xclang -fno-pch-timestamp")
endif()
set(lvs_pch_core
    <algorithm> <array> <charconv> <chrono> <cstdint> <cstring> <deque> <filesystem> <functional> <map> <memory> <optional>
    <ranges> <set> <span> <sstream> <string> <string_view> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
set(lvs_pch_ns3
    ${lvs_pch_core} <ns3/simulator.h> <ns3/log.h> <ns3/node.h> <ns3/packet.h> <ns3/net-device.h> <ns3/ipv4.h>
    <ns3/socket.h> <ns3/application.h> <ns3/traced-callback.h> <ns3/uinteger.h> <ns3/boolean.h> <ns3/pointer.h>
    <ns3/double.h> <ns3/data-rate.h> <ns3/nstime.h>)
set(lvs_pch_test ${lvs_pch_core} <gtest/gtest.h> <gmock/gmock.h>)
# Tests are compiled once for a run of seconds: without optimisation it takes half of the compiler's time.
set(lvs_test_options $<$<CONFIG:release>:-O0>)
# What runs once a command, a line of a file or an event of a daemon, not once a packet: four fifths of the compiler's time. g++ warns
# at -O1 of values that only seem to be uninitialized; debug builds keep the warning.
set(LVS_SELDOM_RUN layer-control layer-few-commands layer-commands layer-daemons layer-referee lvs-labs lvs-scenarios)

function(lvs_precompile target kind)
  if(NOT LVS_PCH)
    return()
  endif()
  if(NOT TARGET lvs-pch-${kind})
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/pch/${kind}.cc" CONTENT "// Headers alone.\n")
    add_library(lvs-pch-${kind} OBJECT "${PROJECT_BINARY_DIR}/pch/${kind}.cc")
    set(libraries fmt::fmt)
    if(kind STREQUAL "ns3")
      list(TRANSFORM LVS_NS3_MODULES PREPEND Ns3:: OUTPUT_VARIABLE libraries)
      list(APPEND libraries fmt::fmt)
      target_compile_definitions(lvs-pch-ns3 PRIVATE NS3_LOG_ENABLE)
    elseif(kind STREQUAL "test")
      list(APPEND libraries GTest::gtest GTest::gmock)
      target_compile_options(lvs-pch-test PRIVATE ${lvs_test_options})
    endif()
    target_link_libraries(lvs-pch-${kind} PRIVATE ${libraries})
    # The warnings too: -Wpedantic takes a macro away.
    target_compile_options(lvs-pch-${kind} PRIVATE ${lvs_warnings} ${lvs_pch_options})
    target_precompile_headers(lvs-pch-${kind} PRIVATE ${lvs_pch_${kind}})
  endif()
  # The headers were compiled as position independent code, a program's own default (-fPIE) would not fit them.
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_compile_options(${target} PRIVATE ${lvs_pch_options})
  target_precompile_headers(${target} REUSE_FROM lvs-pch-${kind})
endfunction()

# lvs_unite(TARGET SOURCES): the files of a folder are compiled together, at most twelve at a time, which takes a third of the time: most
# of a file is the headers that its neighbours include too. So what is local to a file has a name of its own within its folder;
# files that cannot have that stand in cmake/apart.txt. LVS_UNITY=OFF (./waf configure --each-file) and debug compile each file by
# itself.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/apart.txt" LVS_APART REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/apart.txt")
function(lvs_unite target sources)
  if(NOT LVS_UNITY)
    return()
  endif()
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
    if(name IN_LIST LVS_APART)
      set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      continue()
    endif()
    get_filename_component(folder "${source}" DIRECTORY)
    string(MD5 key "${folder}")
    math(EXPR count "0${count_${key}} + 1")
    set(count_${key} ${count})
    math(EXPR part "(${count} - 1) / 12")
    file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${folder}")
    string(REPLACE "/" "-" name "${name}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${name}-${part}")
  endforeach()
  # g_log is what ns-3's NS_LOG_COMPONENT_DEFINE makes in each file.
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP UNITY_BUILD_UNIQUE_ID g_log)
endfunction()

# lvs_library(NAME SOURCES WARNINGS LINK...): target NAME. Without sources (yet) it is an interface library, so that
# header-only parts link like any other.
function(lvs_library name sources warnings)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_compile_options(${name} PRIVATE ${${warnings}})
    if(name IN_LIST LVS_SELDOM_RUN)
      target_compile_options(${name} PRIVATE $<$<CONFIG:release>:-O1> $<$<CONFIG:release>:-Wno-maybe-uninitialized>)
    endif()
    lvs_unite(${name} "${sources}")
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/model>
                                              $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/lvs>)
  target_compile_features(${name} ${scope} cxx_std_20)
  target_link_libraries(${name} ${scope} ${ARGN})
endfunction()

# lvs_layer(NAME DIR WARNINGS LINK...): layer-NAME from the files below DIR, for others to use as lvs::NAME: it is
# installed with its headers, as liblvs-NAME.a.
function(lvs_layer name dir warnings)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${dir}/*.cc")
  list(FILTER sources EXCLUDE REGEX "/preload/") # what is loaded into other programs
  foreach(part IN LISTS LVS_PARTS_${name}) # libraries of their own
    list(FILTER sources EXCLUDE REGEX "${LVS_PART_${part}}")
  endforeach()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${dir}/*.h")
  lvs_library(layer-${name} "${sources}" ${warnings} ${ARGN})
  add_library(lvs::${name} ALIAS layer-${name})
  set_target_properties(layer-${name} PROPERTIES EXPORT_NAME ${name})
  if(sources)
    set_target_properties(layer-${name} PROPERTIES OUTPUT_NAME lvs-${name})
    if(name MATCHES "^(ns3|helper)$")
      lvs_precompile(layer-${name} ns3)
    else()
      lvs_precompile(layer-${name} core)
    endif()
  endif()
  set_property(GLOBAL APPEND PROPERTY LVS_LIBRARIES layer-${name})
  set_property(GLOBAL APPEND PROPERTY LVS_HEADERS_${name} ${headers})
endfunction()

# lvs_part(NAME DIR REGEX LINK...): layer-NAME, lvs::NAME for others, from the files below DIR whose path matches; the headers are the
# layer's.
function(lvs_part name dir regex)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${dir}/*.cc")
  list(FILTER sources INCLUDE REGEX "${regex}")
  lvs_library(layer-${name} "${sources}" lvs_core_warnings ${ARGN})
  add_library(lvs::${name} ALIAS layer-${name})
  set_target_properties(layer-${name} PROPERTIES EXPORT_NAME ${name} OUTPUT_NAME lvs-${name})
  lvs_precompile(layer-${name} core)
  set_property(GLOBAL APPEND PROPERTY LVS_LIBRARIES layer-${name})
endfunction()

# Users of the library (and itself) find its headers below a folder of this tree.
function(lvs_include_from target dir)
  get_target_property(type ${target} TYPE)
  set(scope PUBLIC)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${dir}>)
endfunction()

# A program registers the TypeIds of the whole ns-3 module, also of files that nothing refers to by symbol.
function(lvs_link_program target)
  target_compile_options(${target} PRIVATE ${lvs_warnings})
  target_link_libraries(${target} PRIVATE ${ARGN})
  if(TARGET layer-ns3)
    set_property(TARGET ${target} PROPERTY LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,layer-ns3")
  endif()
endfunction()

# ns-3 makes the headers of all modules "ns3/NAME"; so do we, and the same #include works in and out of its tree.
function(lvs_ns3_header_stubs dir)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${dir}/lvs-*.h")
  foreach(header IN LISTS headers)
    get_filename_component(base "${header}" NAME)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/include/ns3/${base}" CONTENT "#include \"${header}\"\n")
  endforeach()
endfunction()

# lvs_embed(TARGET FILE HEADER): FILE as the bytes of an array, a line "0x.., 0x.., ", for TARGET to include as HEADER.
function(lvs_embed target file header)
  set(output "${PROJECT_BINARY_DIR}/embedded/${header}")
  add_custom_command(OUTPUT "${output}" DEPENDS "${file}" VERBATIM
                     COMMAND ${CMAKE_COMMAND} "-DINPUT=${file}" "-DOUTPUT=${output}" -P "${PROJECT_SOURCE_DIR}/cmake/embed.cmake")
  target_sources(${target} PRIVATE "${output}")
  target_include_directories(${target} PRIVATE "${PROJECT_BINARY_DIR}/embedded")
endfunction()
