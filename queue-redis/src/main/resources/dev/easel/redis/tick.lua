-- Runs due timers for a process that has nothing else to ask, and says which of its lanes have work.
--
-- KEYS[1]  prefix
-- ARGV     for each lane that it waits for: lane, worker
-- answers  {ms until the next timer or -1, 1 or 0 for each lane}
-- O(lanes), and at most 32 due timers

unlock()

run_timers()
save_all()
moves()
local answer = { millis_to_next() }
for a = 1, #ARGV, 2 do
  local n = ':' .. ARGV[a]
  seen(ARGV[a], ARGV[a + 1])
  call('ZREMRANGEBYSCORE', P .. 'k' .. n, '-inf', NOW - 60000)
  local ready = call('EXISTS', P .. 'r0' .. n, P .. 'r1' .. n, P .. 'r2' .. n, P .. 'r3' .. n) > 0
  answer[#answer + 1] = ready and lane(ARGV[a])[PAUSED] == 0 and 1 or 0
end
return answer
