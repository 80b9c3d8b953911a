-- wrk sends each line of a file once, as the body of a request. Arguments: method, file, expected status, seconds.
-- After the seconds, or when the lines are used up, no connection sends any more, and all that was sent is answered:
-- so the server's rows can be compared with the answers. What came of it is printed as one line of JSON: `answers` are
-- the right ones, `seconds` are from the first request to the last answer, `p50`, `p95` and `p99` are microseconds;
-- `odd` is the status of a wrong one.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } moment; int clock_gettime(int clock, moment *now);")
local MONOTONIC, NEVER = 1, 3600 * 1000
local moment, bodies, limit = ffi.new("moment"), {}, 0
local threads = {}
allowed, sent, answered, wrong, odd, first, last = 0, 0, 0, 0, 0, 0, 0

local function now()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(arguments)
  wrk.method = arguments[1]
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines(arguments[2]) do
    bodies[#bodies + 1] = line
  end
  expected, limit = tonumber(arguments[3]), tonumber(arguments[4])
end

-- Asked before each request: in how many milliseconds to send it.
function delay()
  if first == 0 then
    first = now()
  end
  if allowed == #bodies or now() - first >= limit then
    return NEVER
  end
  allowed = allowed + 1
  return 0
end

function request()
  if first == 0 then -- wrk only looks what kind of script this is
    return wrk.format(nil, nil, nil, bodies[1])
  end
  sent = sent + 1
  return wrk.format(nil, nil, nil, bodies[sent])
end

function response(status)
  answered, last = answered + 1, now()
  if status ~= expected then
    wrong, odd = wrong + 1, status
  end
end

function done(summary, latency)
  local thread, errors = threads[1], summary.errors
  io.write(string.format(
    '{"answers": %d, "seconds": %.6f, "bytes": %d, "p50": %d, "p95": %d, "p99": %d, "failed": %d, "odd": %d}\n',
    thread:get("answered") - thread:get("wrong"), thread:get("last") - thread:get("first"), summary.bytes,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    thread:get("wrong") + thread:get("sent") - thread:get("answered") + errors.connect + errors.timeout,
    thread:get("odd")))
end
