-- Renews leases and keeps progress; whoever does so is seen, also if all he does is work.
--
-- KEYS[1]  prefix
-- ARGV     for each job: id, token (d), progress or '', worker or '' if another job of the lane says it
-- answers  {{lost jobs}, {jobs whose end was asked for}}
-- O(jobs * log(timers)); at most 1,000 jobs

unlock()
moves()

local lost, asked, leases = {}, {}, {}
for a = 1, #ARGV, 4 do
  local id, token = ARGV[a], unpacked('<d', ARGV[a + 1])
  local raw = call('GETRANGE', job_key(id), 0, HEADER_SIZE + 128)
  local J = { id = id }
  if #raw > 0 then
    header(J, raw)
  end
  if J.state == RUNNING and J.token == token then
    J.L = lane(unpacked('<Bc0', raw, HEADER_SIZE + 1))
  else
    J = hold(id, token, true)
  end
  if not J then
    lost[#lost + 1] = id
  else
    leases[#leases + 1] = NOW + J.L[LEASE]
    leases[#leases + 1] = id
    if ARGV[a + 3] ~= '' then
      seen(J.L.name, ARGV[a + 3])
    end
    if has(J, CANCEL_ASKED) then
      asked[#asked + 1] = id
    end
    if ARGV[a + 2] ~= '' then
      call('SET', P .. 'p:' .. id, ARGV[a + 2])
      if not has(J, PROGRESS) then
        set(J, PROGRESS)
        write(J)
      end
      tell(J)
    end
  end
end
if #leases > 0 then
  call('ZADD', P .. 't', unpack(leases))
end
first = call('ZRANGE', P .. 't', 0, 0, 'WITHSCORES')
HEAD = tonumber(first[2]) or math.huge -- what was due may just have been renewed
run_timers()
save_all()
return { lost, asked }
