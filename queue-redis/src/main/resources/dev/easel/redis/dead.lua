-- A page of a lane's dead letters, the oldest first.
--
-- KEYS[1]  prefix
-- ARGV     lane, the last job of the page before or '', how many
-- answers  their statuses
-- O(page + log(dead)); at most 100

unlock()
moves()

local L = lane(ARGV[1])
trim_dead(L)
local start = ARGV[2] ~= '' and call('ZRANK', P .. 'd:' .. L.name, ARGV[2])
start = start and start + 1 or 0
local answers = {}
for _, id in ipairs(call('ZRANGE', P .. 'd:' .. L.name, start, start + ARGV[3] - 1)) do
  answers[#answers + 1] = status(id) or nil
end
return answers
