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
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);

const realTime = {
    now: () => performance.now(),
    sleep: (ms, signal) => (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(ms, undefined, { signal }),
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
