export const id = 431;
export const ids = [431];
export const modules = {

/***/ 4431:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   realTime: () => (/* binding */ realTime),
/* harmony export */   reportProgress: () => (/* binding */ reportProgress)
/* harmony export */ });
const realTime = {
    now: () => performance.now(),
    // That of node:timers/promises makes an AbortError, stack and all, for every call that is answered.
    sleep: (ms, signal) => new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
        }, ms);
        signal?.addEventListener('abort', onAbort, { once: true });
    }),
    random: Math.random,
};
const PROGRESS_MS = 10_000;
/** Logs what `describe` says, at most every ten seconds: `After 10 s: …`. */
function reportProgress(describe, time, log) {
    const startedAt = time.now();
    let reportedAt = startedAt;
    return () => {
        const now = time.now();
        if (now - reportedAt < PROGRESS_MS)
            return;
        reportedAt = now;
        log.info(`After ${String(Math.round((now - startedAt) / 1000))} s: ${describe()}.`);
    };
}


/***/ })

};
