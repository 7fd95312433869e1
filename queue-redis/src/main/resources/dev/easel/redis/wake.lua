-- Makes a parked job claimable, ahead of its group.
--
-- KEYS[1]  prefix
-- ARGV     job
-- answers  1, or 0 if it is not parked
-- O(log(jobs)), and at most 32 due timers

unlock()
moves()

local J, woken = take(ARGV[1]), 0
if J and J.state == PARKED then
  woken = 1
  leave(J)
  waits(J, true)
  write(J)
  tell(J)
end
run_timers()
save_all()
return woken
