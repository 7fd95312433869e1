-- Ends a job, or asks its worker to.
--
-- KEYS[1]  prefix
-- ARGV     job
-- answers  0 gone | 1 asked | 2 too late | 3 unknown
-- O(log(jobs)), and at most 32 due timers

unlock()
moves()

run_timers()
local GONE, ASKED, TOO_LATE, UNKNOWN = 0, 1, 2, 3
local J, answer = take(ARGV[1]), UNKNOWN
if J and J.state >= SUCCEEDED then
  answer = TOO_LATE
elseif J and J.state ~= RUNNING and J.state ~= PARKED and band(J.flags, CHECKPOINT + WAS_PARKED) == 0 then
  answer = GONE
  leave(J)
  finish(J, CANCELLED, reason('cancelled', ''))
elseif J then
  answer = ASKED
  set(J, CANCEL_ASKED)
  if J.state ~= RUNNING then
    leave(J)
    waits(J, true)
  end
  write(J)
  tell(J)
end
save_all()
return answer
