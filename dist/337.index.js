export const id = 337;
export const ids = [337];
export const modules = {

/***/ 10337:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ListedPrincipals: () => (/* binding */ ListedPrincipals)
/* harmony export */ });
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(78474);
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_events__WEBPACK_IMPORTED_MODULE_0__);

/** The principals that the lists of a crawl hold, as far as it has come; nothing is answered once it has failed. */
class ListedPrincipals {
    count = () => 0;
    complete;
    pages = new node_events__WEBPACK_IMPORTED_MODULE_0__.EventEmitter();
    isExcluded;
    /** @param isExcluded whether a user is left out of the snapshot */
    constructor(isExcluded) {
        this.isExcluded = isExcluded;
    }
    /** Tells of a page that was read, or of the end of a list. */
    update({ users, groups }) {
        if (this.complete !== undefined)
            return;
        const { isExcluded } = this;
        this.count = () => groups.size + (isExcluded === undefined ? users.size : users.ids(isExcluded).length);
        if (users.isComplete && groups.isComplete) {
            const count = this.count();
            this.count = () => count;
            this.complete = { groups: groups.ids(), users: users.ids(isExcluded) };
        }
        this.pages.emit('page');
    }
    /** Whether there are so many; answers as soon as the rest of the lists cannot change it. */
    async areAtLeast(count) {
        while (this.complete === undefined && this.count() < count)
            await (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(this.pages, 'page');
        return this.count() >= count;
    }
    /** Those that the lists held at their end. */
    async listed() {
        while (this.complete === undefined)
            await (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(this.pages, 'page');
        return this.complete;
    }
}


/***/ })

};
