import { setMaxListeners } from 'node:events'

/** A way of reading that may be given up: what waits of it is not sent any more then. */
export function openWay(signal?: AbortSignal): { signal: AbortSignal; giveUp: () => void } {
  const control = new AbortController()
  const end = signal === undefined ? control.signal : AbortSignal.any([signal, control.signal])
  // One listener for each waiting call is no leak.
  setMaxListeners(0, end)
  return {
    signal: end,
    giveUp: () => {
      control.abort()
    },
  }
}
