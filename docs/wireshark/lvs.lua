-- SPDX-License-Identifier: GPL-2.0-or-later
-- Fields of the traces that the LVS testbed writes (--trace FILE.pcapng), so that Wireshark can filter by them and show
-- them in columns: lvs.verdict == "DROP", lvs.host == "director" && lvs.hook == "FORWARD", lvs.why contains "arp_ignore".
--
-- Wireshark loads it from its plugin folder (Help, About, Folders, Personal Lua Plugins), tshark also by
--   tshark -X lua_script:lvs.lua -r FILE.pcapng
local lvs = Proto("lvs", "LVS packet walk")

local fields = {
  step = ProtoField.uint32("lvs.step", "Step", base.DEC, nil, nil, "Number of this stage within the packet's walk"),
  walk = ProtoField.uint32("lvs.walk", "Walk", base.DEC, nil, nil,
                           "A packet and everything it turns into, numbered as in lvs-trace and the viewer"),
  host = ProtoField.string("lvs.host", "Host", base.UNICODE, "The machine"),
  hook = ProtoField.string("lvs.hook", "Hook", base.UNICODE, "The hook or stage"),
  func = ProtoField.string("lvs.function", "Function", base.UNICODE, "The function or rule that decided"),
  verdict = ProtoField.string("lvs.verdict", "Verdict", base.UNICODE, "ACCEPT, DROP, STOLEN or QUEUE"),
  drop = ProtoField.string("lvs.drop", "Drop reason", base.UNICODE, "As the kernel's skb_drop_reason"),
  why = ProtoField.string("lvs.why", "Why", base.UNICODE, "The reason of the decision"),
  changes = ProtoField.string("lvs.changes", "Changes", base.UNICODE, "What the stage has rewritten"),
}
lvs.fields = { fields.step, fields.walk, fields.host, fields.hook, fields.func, fields.verdict, fields.drop, fields.why,
               fields.changes }

local comments = Field.new("frame.comment")
local packet_id = Field.new("frame.packet_id")

local verdicts = { "ACCEPT", "DROP", "STOLEN", "QUEUE" }

-- "3 director INPUT ip_vs_in DROP ipvs_no_destination: why" in its parts; nil when it is none of ours.
local function parse(comment)
  local step, host, hook, rest = comment:match("^(%d+) (%S+) (%S+)(.*)$")
  if not step then return nil end
  local at, after, verdict
  for _, word in ipairs(verdicts) do
    local first, last = rest:find(" " .. word, 1, true)
    local following = last and rest:sub(last + 1, last + 1)
    if first and (following == "" or following == ":" or following == " ") and (not at or first < at) then
      at, after, verdict = first, last + 1, word
    end
  end
  if not at then return nil end
  local tail = rest:sub(after)
  local drop = tail:match("^ ([%w_]+)")
  local why = tail:match("^[^:]*: (.*)$")
  return { step = tonumber(step), host = host, hook = hook, func = rest:sub(2, at - 1), verdict = verdict, drop = drop,
           why = why }
end

-- Walks are numbered in the order in which the file first has them; an id of a walk says more than a number to type.
local numbers, known = {}, 0

function lvs.init()
  numbers, known = {}, 0
end

local function number_of(id)
  local key = tostring(id)
  if not numbers[key] then
    known = known + 1
    numbers[key] = known
  end
  return numbers[key]
end

function lvs.dissector(buffer, info, root)
  local all = { comments() }
  if #all == 0 then return end
  local walk = parse(tostring(all[1].value))
  if not walk then return end
  local text = string.format("LVS: step %d, %s %s %s", walk.step, walk.host, walk.hook, walk.verdict)
  local tree = root:add(lvs, text)
  tree:set_generated()
  tree:add(fields.step, walk.step)
  local id = packet_id()
  if id then tree:add(fields.walk, number_of(id.value)) end
  tree:add(fields.host, walk.host)
  tree:add(fields.hook, walk.hook)
  if walk.func ~= "" then tree:add(fields.func, walk.func) end
  tree:add(fields.verdict, walk.verdict)
  if walk.drop then tree:add(fields.drop, walk.drop) end
  if walk.why then tree:add(fields.why, walk.why) end
  if all[2] then tree:add(fields.changes, tostring(all[2].value)) end
end

register_postdissector(lvs)
