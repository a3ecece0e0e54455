# SPDX-License-Identifier: GPL-2.0-or-later
# Imported targets Ns3::core, Ns3::internet, ... of an installed ns-3.
#   find_package(Ns3Libs COMPONENTS core network internet ...)
# NS3_ROOT names an install prefix; empty means the system's. ns-3's own package files, as distributions ship them, link
# libraries (GSL, XML2, Python) by absolute paths that the development package does not bring along: hence this.
set(_ns3_hints)
if(NS3_ROOT)
  set(_ns3_hints HINTS "${NS3_ROOT}" PATH_SUFFIXES include lib lib64 "lib/${CMAKE_LIBRARY_ARCHITECTURE}" NO_DEFAULT_PATH)
endif()

# A changed NS3_ROOT must not keep what the old one gave.
if(NOT "${NS3_ROOT}" STREQUAL "${Ns3Libs_ROOT_USED}")
  unset(Ns3Libs_INCLUDE_DIR CACHE)
  foreach(_c IN LISTS Ns3Libs_FIND_COMPONENTS)
    unset(Ns3Libs_${_c}_LIBRARY CACHE)
  endforeach()
  set(Ns3Libs_ROOT_USED "${NS3_ROOT}" CACHE INTERNAL "")
endif()

find_path(Ns3Libs_INCLUDE_DIR ns3/simulator.h ${_ns3_hints})
mark_as_advanced(Ns3Libs_INCLUDE_DIR)
set(_ns3_required Ns3Libs_INCLUDE_DIR)

# Debian: libns3-core.so. Upstream: libns3.37-core-optimized.so, without a suffix for the release profile.
set(_ns3_prefixes ns3 ns3-dev)
foreach(_v RANGE 36 48)
  list(APPEND _ns3_prefixes ns3.${_v} ns3.${_v}.1)
endforeach()
foreach(_c IN LISTS Ns3Libs_FIND_COMPONENTS)
  set(_names)
  foreach(_p IN LISTS _ns3_prefixes)
    list(APPEND _names ${_p}-${_c} ${_p}-${_c}-optimized ${_p}-${_c}-default ${_p}-${_c}-debug)
  endforeach()
  find_library(Ns3Libs_${_c}_LIBRARY NAMES ${_names} ${_ns3_hints})
  mark_as_advanced(Ns3Libs_${_c}_LIBRARY)
  list(APPEND _ns3_required Ns3Libs_${_c}_LIBRARY)
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Ns3Libs
  REQUIRED_VARS ${_ns3_required}
  REASON_FAILURE_MESSAGE "install ns-3 (Debian: libns3-dev) or set NS3_ROOT to its prefix")

if(Ns3Libs_FOUND)
  foreach(_c IN LISTS Ns3Libs_FIND_COMPONENTS)
    if(NOT TARGET Ns3::${_c})
      add_library(Ns3::${_c} SHARED IMPORTED)
      set_target_properties(
        Ns3::${_c} PROPERTIES IMPORTED_LOCATION "${Ns3Libs_${_c}_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES
                                                                           "${Ns3Libs_INCLUDE_DIR}")
    endif()
  endforeach()
endif()
