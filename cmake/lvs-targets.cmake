# SPDX-License-Identifier: GPL-2.0-or-later
# The shapes of target that this project has: a library for a layer, a program, and the stubs that make "ns3/lvs-foo.h".

# lvs_library(NAME SOURCES WARNINGS LINK...): lvs-NAME. Without sources (yet) it is an interface library, so that header-only
# parts link like any other.
function(lvs_library name sources warnings)
  if(sources)
    add_library(lvs-${name} STATIC ${sources})
    target_compile_options(lvs-${name} PRIVATE ${${warnings}})
    set(scope PUBLIC)
  else()
    add_library(lvs-${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(lvs-${name} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/model>
                                                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/lvs>)
  target_compile_features(lvs-${name} ${scope} cxx_std_20)
  target_link_libraries(lvs-${name} ${scope} ${ARGN})
endfunction()

# lvs_layer(NAME DIR WARNINGS LINK...): lvs-NAME from DIR/*.cc, for others to use: it is installed with its headers.
function(lvs_layer name dir warnings)
  file(GLOB sources CONFIGURE_DEPENDS "${dir}/*.cc")
  file(GLOB headers CONFIGURE_DEPENDS "${dir}/*.h")
  lvs_library(${name} "${sources}" ${warnings} ${ARGN})
  add_library(lvs::${name} ALIAS lvs-${name})
  set_target_properties(lvs-${name} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY LVS_LIBRARIES lvs-${name})
  set_property(GLOBAL APPEND PROPERTY LVS_HEADERS_${name} ${headers})
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
  if(TARGET lvs-ns3)
    get_target_property(type lvs-ns3 TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
      set_property(TARGET ${target} PROPERTY LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,lvs-ns3")
    endif()
  endif()
endfunction()

# ns-3 makes the headers of all modules "ns3/NAME"; so do we, and the same #include works in and out of its tree.
function(lvs_ns3_header_stubs dir)
  file(GLOB headers CONFIGURE_DEPENDS "${dir}/lvs-*.h")
  foreach(header IN LISTS headers)
    get_filename_component(base "${header}" NAME)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/include/ns3/${base}" CONTENT "#include \"${header}\"\n")
  endforeach()
endfunction()
