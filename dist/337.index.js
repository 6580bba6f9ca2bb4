export const id = 337;
export const ids = [337];
export const modules = {

/***/ 10337:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   followPrincipals: () => (/* binding */ followPrincipals)
/* harmony export */ });
/**
 * @param isExcluded whether a user is left out of the snapshot
 * @param ofSnapshot what is there at the end of the crawl; a failure of it is that of every question
 */
function followPrincipals(isExcluded, ofSnapshot) {
    let count = 0;
    let isComplete = false;
    let waiting = [];
    let tellListed = () => undefined;
    const listed = new Promise((resolve) => {
        tellListed = resolve;
    });
    const failure = ofSnapshot.then(() => new Promise(() => undefined));
    const listedOrFailed = Promise.race([listed, failure]);
    // Not every way of reading asks for both.
    for (const promise of [failure, listedOrFailed])
        promise.catch(() => undefined);
    return {
        areAtLeast(wanted) {
            const certain = new Promise((resolve) => {
                if (count >= wanted)
                    resolve(true);
                else if (isComplete)
                    resolve(false);
                else
                    waiting.push({ count: wanted, resolve });
            });
            return Promise.race([certain, failure]);
        },
        listed: listedOrFailed,
        ofSnapshot,
        seen({ users, groups }, isLast) {
            if (isComplete || (waiting.length === 0 && !isLast))
                return;
            const ids = isLast || isExcluded !== undefined ? users.ids(isExcluded) : undefined;
            count = groups.size + (ids?.length ?? users.size);
            isComplete = isLast;
            for (const { count: wanted, resolve } of waiting)
                if (count >= wanted || isLast)
                    resolve(count >= wanted);
            waiting = waiting.filter(({ count: wanted }) => count < wanted && !isLast);
            if (ids !== undefined && isLast)
                tellListed({ groups: groups.ids(), users: ids });
        },
    };
}


/***/ })

};
