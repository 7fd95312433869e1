-- Puts dead letters back into their lines as if they were new.
--
-- KEYS[1]  prefix
-- ARGV     '' and a job | lane and how many of its dead letters, the oldest first
-- answers  how many were revived
-- O(jobs * log(jobs)); at most 100, and as many that are passed over

unlock()
moves()

local function revive(id)
  local J = load(id)
  if not J or J.state ~= FAILED or has(J, PENDING) or not call('ZSCORE', P .. 'd:' .. J.lane, id) then
    return 0
  end
  if has(J, FOLLOWS) then
    local parent = load(string.sub(id, 1, -6))
    if not parent or parent.blob == 0 then
      return 0 -- what it followed is forgotten or was dropped, so there is nothing left to tell
    end
    call('PERSIST', job_key(parent.id))
    set(parent, PENDING)
    write(parent)
    local at = parent.state == FAILED and call('ZSCORE', P .. 'd:' .. parent.lane, parent.id)
    if at then
      call('ZREM', P .. 'd:' .. parent.lane, parent.id)
      bury(parent, at)
    end
  end
  J.L = lane(J.lane)
  J.G = group(J.L, J.group)
  J.L[SEQUENCE] = J.L[SEQUENCE] + 1
  J.flags, J.spent, J.expires, J.number, J.worker = band(J.flags, FOLLOWS), 0, 0, J.L[SEQUENCE], NOBODY
  J.L[L_BYTES] = J.L[L_BYTES] + J.bytes
  call('ZREM', P .. 'd:' .. J.lane, id)
  waits(J)
  call('SET', job_key(id), packed(J) .. string.sub(J.raw, HEADER_SIZE + 1, J.at + J.blob - 1))
  if J.dedup ~= '' then
    call('SET', P .. 'u:' .. J.dedup, id, 'NX')
  end
  tell(J)
  return 1
end

local revived = 0
if ARGV[1] == '' then
  revived = revive(ARGV[2])
else
  local want = tonumber(ARGV[2])
  for _, id in ipairs(call('ZRANGE', P .. 'd:' .. ARGV[1], 0, want + 99)) do
    if revived < want then
      revived = revived + revive(id)
    end
  end
end
save_all()
return revived
