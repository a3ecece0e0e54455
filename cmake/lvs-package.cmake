# SPDX-License-Identifier: GPL-2.0-or-later
# Debian packages by CPack (./waf package): lvs-testbed, the programs with labs, documents, manuals and completion;
# lvs-testbed-viewer; lvs-testbed-dev, libraries and headers. What each holds says the COMPONENT of its install().
set(LVS_PACKAGE_DIR "${CMAKE_CURRENT_LIST_DIR}/package")
set(docdir ${CMAKE_INSTALL_DATADIR}/doc)

# What lies beside the programs: labs and documents where lvs-lab and readers look for them.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/scenarios/labs" "${PROJECT_SOURCE_DIR}/scenarios/exercises"
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lvs COMPONENT programs)
install(FILES "${PROJECT_SOURCE_DIR}/scenarios/course.txt" DESTINATION ${CMAKE_INSTALL_DATADIR}/lvs COMPONENT programs)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/" DESTINATION ${docdir}/lvs-testbed COMPONENT programs
        PATTERN "images/make" EXCLUDE PATTERN "wireshark" EXCLUDE)
install(FILES "${PROJECT_SOURCE_DIR}/README.md" DESTINATION ${docdir}/lvs-testbed COMPONENT programs)
install(FILES "${LVS_PACKAGE_DIR}/bash-completion" DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME lvs-lab COMPONENT programs)
get_property(programs GLOBAL PROPERTY LVS_PROGRAMS)
foreach(program IN LISTS programs)
  if(NOT program MATCHES "^lvs-(lab|visualizer)$")
    install(CODE "file(CREATE_LINK lvs-lab \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/bash-completion/completions/${program}\" SYMBOLIC)"
            COMPONENT programs)
  endif()
endforeach()
if(LVS_WITH_VISUALIZER)
  install(FILES "${LVS_PACKAGE_DIR}/lvs-visualizer.desktop" DESTINATION ${CMAKE_INSTALL_DATADIR}/applications
          COMPONENT viewer)
  install(FILES "${LVS_PACKAGE_DIR}/lvs-visualizer.svg"
          DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT viewer)
  install(FILES "${LVS_PACKAGE_DIR}/lvs-testbed.xml" DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages COMPONENT viewer)
endif()

# Manuals are what --help says, by help2man; made when asked for (lvs-manuals), installed where they were.
find_program(LVS_HELP2MAN help2man)
set(manuals)
foreach(program IN LISTS programs)
  if(program MATCHES "^lvs-example")
    continue() # ns-3's command line, for readers of its source
  endif()
  if(program STREQUAL "lvs-visualizer")
    set(component viewer)
    set(what "steps through what a run of the LVS testbed recorded")
  else()
    set(component programs)
    file(STRINGS "${PROJECT_SOURCE_DIR}/scenarios/${program}.cc" what REGEX "^// ${program}: " LIMIT_COUNT 1)
    string(REGEX REPLACE "^// ${program}: *" "" what "${what}")
  endif()
  set(manual "${PROJECT_BINARY_DIR}/manuals/${program}.1.gz")
  if(LVS_HELP2MAN)
    add_custom_command(OUTPUT "${manual}" DEPENDS ${program} VERBATIM
                       COMMAND "${LVS_PACKAGE_DIR}/manual" "${LVS_HELP2MAN}" $<TARGET_FILE:${program}> "${what}" "${manual}")
    list(APPEND manuals "${manual}")
  endif()
  install(FILES "${manual}" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component} OPTIONAL)
endforeach()
add_custom_target(lvs-manuals DEPENDS ${manuals})

# --- the packages -----------------------------------------------------------------------------------------------------
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lvs-testbed)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "simulator and teaching testbed for the Linux Virtual Server")
set(CPACK_PACKAGE_VENDOR "the LVS testbed")
set(CPACK_PACKAGE_CONTACT "the authors of the LVS testbed <lvs-testbed@example.org>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL programs viewer dev)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)

# The referee's tools, from the one list of packages; the first where there are two names.
file(STRINGS "${PROJECT_SOURCE_DIR}/cmake/packages.txt" rows REGEX "^(referee|capture) ")
set(recommends lvs-testbed-viewer)
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^[a-z]+ +([^ |]+).*" "\\1" package "${row}")
  list(APPEND recommends ${package})
endforeach()
list(REMOVE_DUPLICATES recommends)
string(REPLACE ";" ", " recommends "${recommends}")

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME lvs-testbed)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "${recommends}")
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION
    "Runs labs of directors, real servers and clients with the commands of Linux,
packet by packet as its kernel does, shows why each packet went where it went,
compares the same lab with a real kernel, and measures NAT, direct routing and
tunnelling side by side under ns-3.")
set(CPACK_DEBIAN_VIEWER_PACKAGE_NAME lvs-testbed-viewer)
set(CPACK_DEBIAN_VIEWER_PACKAGE_SECTION net)
set(CPACK_DEBIAN_VIEWER_PACKAGE_RECOMMENDS "fonts-inter, fonts-dejavu-core, fonts-noto-cjk")
set(CPACK_DEBIAN_VIEWER_PACKAGE_SUGGESTS lvs-testbed)
set(CPACK_COMPONENT_VIEWER_DESCRIPTION
    "The viewer: steps through a recorded run one stage at a time (PREROUTING,
INPUT, POSTROUTING), with the tables of each host and the reason of every
decision.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME lvs-testbed-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libfmt-dev, libboost-program-options-dev, libns3-dev, libpcre2-dev, libssl-dev")
set(CPACK_COMPONENT_DEV_DESCRIPTION
    "Libraries and headers: the model of the Linux network stack and of IPVS, and
its adapter to ns-3, for programs of one's own, by find_package(lvs).")

# What Debian wants beside the files of each package.
string(TIMESTAMP LVS_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file("${LVS_PACKAGE_DIR}/changelog.in" "${PROJECT_BINARY_DIR}/packages/changelog" @ONLY)
find_program(LVS_GZIP gzip)
if(LVS_GZIP)
  execute_process(COMMAND "${LVS_GZIP}" -9nf "${PROJECT_BINARY_DIR}/packages/changelog")
  foreach(component programs viewer dev)
    string(TOUPPER ${component} upper)
    set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    install(FILES "${LVS_PACKAGE_DIR}/copyright" DESTINATION ${docdir}/${package} COMPONENT ${component})
    install(FILES "${PROJECT_BINARY_DIR}/packages/changelog.gz" DESTINATION ${docdir}/${package} COMPONENT ${component})
  endforeach()
endif()
include(CPack)
