# SPDX-License-Identifier: GPL-2.0-or-later
# Libraries, headers, programs and the files that make find_package(lvs) work:
#   find_package(lvs REQUIRED)                    lvs::base .. lvs::control, lvs::os, lvs::emu, lvs::referee
#   find_package(lvs REQUIRED COMPONENTS ns3)     and lvs::ns3, lvs::helper, on the ns-3 they were built with
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY LVS_LIBRARIES)
get_property(programs GLOBAL PROPERTY LVS_PROGRAMS)

install(TARGETS ${libraries} EXPORT lvs ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
if(programs)
  set(run ${programs})
  list(REMOVE_ITEM run lvs-visualizer)
  install(TARGETS ${run} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
  if(TARGET lvs-visualizer)
    install(TARGETS lvs-visualizer RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT viewer)
  endif()
endif()

# Core headers keep their place, include/lvs/host/packet/packet.h; adapters and helpers are found where ns-3's own headers are.
foreach(layer IN LISTS LVS_MODEL_LAYERS)
  if(layer STREQUAL "ns3")
    continue()
  endif()
  get_property(headers GLOBAL PROPERTY LVS_HEADERS_${layer})
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH place "${PROJECT_SOURCE_DIR}/model" "${header}")
    get_filename_component(place "${place}" DIRECTORY)
    install(FILES "${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/lvs/${place}" COMPONENT dev)
  endforeach()
endforeach()
foreach(layer ns3 helper)
  get_property(headers GLOBAL PROPERTY LVS_HEADERS_${layer})
  install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ns3 COMPONENT dev)
endforeach()

# Wireshark's plugin and profile for traces (docs/trace-format.md says where Wireshark wants them).
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/wireshark/" DESTINATION ${CMAKE_INSTALL_DATADIR}/lvs/wireshark
        COMPONENT programs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lvs)
install(EXPORT lvs NAMESPACE lvs:: FILE lvs-targets.cmake DESTINATION ${package_dir} COMPONENT dev)
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/lvs-config.cmake.in" "${PROJECT_BINARY_DIR}/lvs-config.cmake"
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/lvs-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/lvs-config.cmake" "${PROJECT_BINARY_DIR}/lvs-config-version.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/FindNs3Libs.cmake" DESTINATION ${package_dir} COMPONENT dev)
