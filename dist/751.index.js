export const id = 751;
export const ids = [751];
export const modules = {

/***/ 10751:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   writeSnapshot: () => (/* binding */ writeSnapshot)
/* harmony export */ });
/* unused harmony exports writeImportFiles, refuseExisting */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(18793);
/* harmony import */ var _manifest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6351);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(14769);
/* harmony import */ var _raito_json_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(34904);
/* harmony import */ var _read_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9009);








/**
 * Writes users.json, groups.json, access.json where there is access, and manifest.json into a directory, all or nothing.
 * Without access an access.json of an earlier snapshot is removed. Other files in the directory are left alone.
 * What readSnapshot would refuse is put nowhere.
 *
 * @param roots absolute paths, one of which must hold the directory
 * @param identities sorted, as mapIdentityStore gives them
 * @throws UserError
 */
async function writeSnapshot({ directory, roots, identities, access, description, }) {
    const written = await (0,_files_js__WEBPACK_IMPORTED_MODULE_3__/* .writeFiles */ .hV)(roots, (stage) => stageSnapshot(stage, { directory, identities, access, description }));
    (0,_files_js__WEBPACK_IMPORTED_MODULE_3__/* .removeLeftovers */ .DA)(directory, [..._model_js__WEBPACK_IMPORTED_MODULE_7__/* .SNAPSHOT_FILES */ .FI, _model_js__WEBPACK_IMPORTED_MODULE_7__/* .ACCESS_FILE */ .aL]);
    // After the manifest, which does not name it any more: killed in between, the snapshot is whole.
    if (access === undefined)
        removeEarlierAccess((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, _model_js__WEBPACK_IMPORTED_MODULE_7__/* .ACCESS_FILE */ .aL));
    return written;
}
/**
 * Writes the two import files that `raito run` asks the connector for, and the snapshot that is the baseline of its next
 * run where one is kept: all or nothing. An import file never takes the place of another file.
 *
 * @param root the working directory of the CLI, which must hold the import files and the baseline
 * @throws UserError
 */
async function writeImportFiles({ usersFile, groupsFile, root, identities, baseline, }) {
    await writeFiles([root], async (stage) => {
        const [users, groups] = await stageIdentities(stage, identities, { usersFile, groupsFile });
        if (baseline === undefined)
            await verifyStaged(identities, { 'users.json': users, 'groups.json': groups });
        else
            await stageSnapshot(stage, { ...baseline, identities });
        refuseExisting(usersFile);
        refuseExisting(groupsFile);
    });
    if (baseline !== undefined)
        removeLeftovers(baseline.directory, SNAPSHOT_FILES);
}
/** @throws UserError where something is at a path that the CLI asks for */
function refuseExisting(file) {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined)
        return;
    throw new UserError('precondition', `The Raito CLI asked for ${file}, which already exists. The connector never replaces a file; nothing was imported.`);
}
/**
 * The manifest is staged, and so renamed, last: a run that is killed in between leaves either files that the manifest
 * does not fit, or no manifest but its temporary file; read.ts refuses both.
 */
async function stageSnapshot(stage, { directory, identities, access, description }) {
    const [users, groups] = await stageIdentities(stage, identities, {
        usersFile: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'users.json'),
        groupsFile: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'groups.json'),
    });
    const staged = access === undefined ? undefined : await stageAccess(stage, directory, access);
    const manifest = {
        ...description,
        format: _model_js__WEBPACK_IMPORTED_MODULE_7__/* .MANIFEST_FORMAT */ .Sn,
        ...(access === undefined ? {} : { access: 'accounts' }),
        counts: { ...(0,_model_js__WEBPACK_IMPORTED_MODULE_7__/* .countIdentities */ .mj)(identities), ...(access === undefined ? {} : (0,_model_js__WEBPACK_IMPORTED_MODULE_7__/* .countAccess */ .ww)(access)) },
        files: {
            'users.json': digestOf(users),
            'groups.json': digestOf(groups),
            ...(staged === undefined ? {} : { 'access.json': digestOf(staged) }),
        },
    };
    const described = await stage((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'manifest.json'), [(0,_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .renderManifest */ .s)(manifest)]);
    await verifyStaged(identities, {
        'users.json': users,
        'groups.json': groups,
        ...(staged === undefined ? {} : { 'access.json': staged }),
        'manifest.json': described,
    });
    return manifest;
}
async function stageAccess(stage, directory, access) {
    const { accessFile } = await __webpack_require__.e(/* import() */ 43).then(__webpack_require__.bind(__webpack_require__, 57043));
    return stage((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, _model_js__WEBPACK_IMPORTED_MODULE_7__/* .ACCESS_FILE */ .aL), accessFile(access));
}
function digestOf({ sha256, bytes }) {
    return { sha256, bytes };
}
async function stageIdentities(stage, identities, { usersFile, groupsFile }) {
    return [
        await stage(usersFile, (0,_raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .importFile */ .mp)(identities.users, (0,_raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .userRenderer */ .hA)(identities.memberships))),
        await stage(groupsFile, (0,_raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .importFile */ .mp)(identities.groups, _raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .renderGroup */ .sx)),
    ];
}
/** Reads what was staged as any reader will: a value of AWS that makes a file unreadable must not replace one that is not. */
async function verifyStaged(identities, staged) {
    const files = {
        label: 'the new snapshot',
        open(name) {
            const temporary = staged[name]?.temporary;
            return Promise.resolve(temporary === undefined ? undefined : (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(temporary));
        },
    };
    const manifest = staged['manifest.json'] === undefined ? 'optional' : 'required';
    try {
        await (0,_read_js__WEBPACK_IMPORTED_MODULE_6__.readSnapshot)(files, { manifest, dropsRecords: identities });
    }
    catch (error) {
        if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo))
            throw error;
        const reason = error.message.replace(/\. .*/s, '');
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('precondition', `The data from AWS would make an unreadable snapshot (${reason}), so nothing was replaced. ` +
            'Records are counted in the order of their IDs. Correct that value in AWS, or leave out its tag.', { cause: error });
    }
}
/** Removes a file that begins as ours does; no reader would open it, but it would pass for a part of the snapshot. */
function removeEarlierAccess(path) {
    try {
        const file = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK);
        const start = Buffer.alloc(_model_js__WEBPACK_IMPORTED_MODULE_7__/* .ACCESS_HEAD */ .mT.length);
        try {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readSync)(file, start);
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(file);
        }
        if (start.toString() === _model_js__WEBPACK_IMPORTED_MODULE_7__/* .ACCESS_HEAD */ .mT)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(path);
    }
    catch {
        // There is none, or it stays: the manifest does not name it.
    }
}


/***/ })

};
