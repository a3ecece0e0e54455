# SPDX-License-Identifier: GPL-2.0-or-later
# cmake/layers.txt as variables: LVS_MODEL_LAYERS, the layers of model/ in its order, and for each layer
# LVS_LAYER_<layer>_FOLDER and LVS_LAYER_<layer>_USES.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/layers.txt" lvs_layer_lines REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/layers.txt")
set(LVS_MODEL_LAYERS)
foreach(line IN LISTS lvs_layer_lines)
  string(REGEX MATCHALL "[^ ]+" words "${line}")
  list(GET words 0 layer)
  list(GET words 1 LVS_LAYER_${layer}_FOLDER)
  list(GET words 2 uses)
  string(REPLACE "," ";" LVS_LAYER_${layer}_USES "${uses}")
  list(REMOVE_ITEM LVS_LAYER_${layer}_USES "-")
  if(LVS_LAYER_${layer}_FOLDER MATCHES "^model/")
    list(APPEND LVS_MODEL_LAYERS ${layer})
  endif()
endforeach()
