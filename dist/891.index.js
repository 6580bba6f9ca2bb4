export const id = 891;
export const ids = [891];
export const modules = {

/***/ 16891:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readHead: () => (/* binding */ readHead)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(57975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(83916);





const run = (0,node_util__WEBPACK_IMPORTED_MODULE_3__.promisify)(node_child_process__WEBPACK_IMPORTED_MODULE_0__.execFile);
/**
 * A directory (absolute) at HEAD by the `git` of the machine, as child processes without a shell, in the given
 * environment; undefined where git tracks nothing there, outside of a repository, and in one without commits.
 */
async function readHead(directory, env) {
    const root = repositoryOf(directory);
    if (root === undefined)
        return undefined;
    const head = await ask(root, env, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    if (head === undefined)
        return undefined;
    const commit = head.trim();
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(root, directory).split(node_path__WEBPACK_IMPORTED_MODULE_2__.sep).join('/');
    const listed = await ask(root, env, 'ls-tree', '-z', commit, ...(path === '' ? [] : ['--', `${path}/`]));
    const entries = (listed ?? '')
        .split('\0')
        .filter((line) => line !== '')
        .map(entryOf);
    return entries.length === 0 ? undefined : { commit, entries, blob: (sha) => blobOf(root, sha, env) };
}
/** The nearest directory upwards that holds `.git`; the directory itself may not exist in the working tree. */
function repositoryOf(directory) {
    for (let at = directory;; at = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(at)) {
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(at, '.git')))
            return at;
        if (at === (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(at))
            return undefined;
    }
}
/** What git prints; undefined where it says with exit code 1 and silence that there is no such commit. */
async function ask(root, env, ...args) {
    try {
        return (await run('git', ['-C', root, ...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
    }
    catch (thrown) {
        // What execFile throws has these two.
        const { code, stderr = '' } = thrown;
        if (code === 1 && stderr === '')
            return undefined;
        throw gitError(root, code, stderr, thrown);
    }
}
async function* blobOf(root, sha, env) {
    const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)('git', ['-C', root, 'cat-file', 'blob', sha], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(-4096);
    });
    const ended = new Promise((done) => {
        child.on('error', (cause) => done({ code: 'code' in cause ? cause.code : undefined, cause }));
        child.on('close', (code) => done({ code }));
    });
    // Whoever reads no further closes the pipe, which ends git.
    yield* child.stdout;
    const { code, cause } = await ended;
    if (code !== 0)
        throw gitError(root, code, said, cause);
}
function gitError(root, code, stderr, cause) {
    const fail = (why) => new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('precondition', `The baseline from HEAD could not be read: ${why}`, { cause });
    if (code === 'ENOENT')
        return fail('git is not installed. Install it, or set baseline to artifact, a path or none.');
    // In every language git's advice names the setting.
    if (stderr.includes('safe.directory'))
        return fail(`git does not trust ${root}, which belongs to another user. Run "git config --global --add safe.directory ${root}" in an earlier step.`);
    const [line = ''] = stderr.trim().split('\n');
    return fail(`git failed in ${root} (${line || (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .messageOf */ .bD)(cause ?? `exit code ${String(code)}`)}).`);
}
/** `<mode> SP <type> SP <sha> TAB <path>`, as git-ls-tree documents it; of the path its last part. */
function entryOf(line) {
    const [mode = '', , sha = ''] = line.split(/[ \t]/, 3);
    const path = line.slice(line.indexOf('\t') + 1);
    return { mode, sha, path: path.slice(path.lastIndexOf('/') + 1) };
}


/***/ })

};
