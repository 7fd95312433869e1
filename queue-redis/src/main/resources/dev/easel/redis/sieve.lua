-- Of some jobs, those of a lane that are in a state, with the mark of their worker.
--
-- KEYS[1]  prefix
-- ARGV     lane, state, jobs
-- answers  job, mark, job, mark, ...
-- O(jobs); at most 500

local answer, state = {}, tonumber(ARGV[2])
for a = 3, #ARGV do
  local raw = call('GETRANGE', job_key(ARGV[a]), 0, HEADER_SIZE + 128)
  if #raw > 0 then
    local J = {}
    header(J, raw)
    if J.state == state and unpacked('<Bc0', raw, HEADER_SIZE + 1) == ARGV[1] then
      answer[#answer + 1] = ARGV[a]
      answer[#answer + 1] = J.worker
    end
  end
end
return answer
