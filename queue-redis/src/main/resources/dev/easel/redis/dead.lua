-- A page of a lane's dead letters, the oldest first.
--
-- KEYS[1]  prefix
-- ARGV     lane, the last job of the page before or '', how many
-- answers  their statuses, or false for one that was none any more: if that are all, ask again
-- O(page + log(dead)); at most 100

unlock()
moves()

local L = lane(ARGV[1])
trim_dead(L)
local free, held, max_rows = P .. 'd:' .. L.name, P .. 'h:' .. L.name, tonumber(ARGV[3])
local after = ARGV[2] ~= '' and (call('ZSCORE', free, ARGV[2]) or call('ZSCORE', held, ARGV[2]))
local found = {}
for _, key in ipairs({ free, held }) do
  local rows = call('ZRANGEBYSCORE', key, after and '(' .. after or '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, max_rows)
  for i = 1, #rows, 2 do
    found[#found + 1] = { rows[i], tonumber(rows[i + 1]), key }
  end
end
table.sort(found, function(a, b)
  return a[2] < b[2]
end)
local answers = {}
for i = 1, math.min(#found, max_rows) do
  local id = found[i][1]
  if found[i][3] == held or is_letter(load(id), L) then
    answers[i] = status(id)
  else
    answers[i] = false
    call('ZREM', free, id)
  end
end
return answers
