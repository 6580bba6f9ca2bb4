export const id = 751;
export const ids = [751];
export const modules = {

/***/ 6351:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ parseManifest),
/* harmony export */   s: () => (/* binding */ renderManifest)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(14769);


/** manifest.json: two-space JSON, the keys in the order of docs/snapshot-format.md, a final newline. */
function renderManifest(manifest) {
    const { users, groups, memberships } = manifest.counts;
    const ordered = {
        format: manifest.format,
        account: manifest.account,
        ownerAccount: manifest.ownerAccount,
        identityStoreId: manifest.identityStoreId,
        instanceArn: manifest.instanceArn,
        region: manifest.region,
        mapping: manifest.mapping,
        tags: manifest.tags,
        machineUsers: manifest.machineUsers,
        disabledUsers: manifest.disabledUsers,
        counts: { users, groups, memberships },
        files: {
            'users.json': digest(manifest.files['users.json']),
            'groups.json': digest(manifest.files['groups.json']),
        },
    };
    return JSON.stringify(ordered, null, 2) + '\n';
}
/**
 * Reads a manifest that may be hostile: every key is checked, unknown keys are dropped.
 * @param label names the file in errors, which never show a value of it
 * @throws UserError('precondition')
 */
function parseManifest(json, label) {
    const top = sectionOf(parseJson(json, label), label, '');
    // Another format first: its other keys may mean something else.
    if (top.value('format') !== _model_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST_FORMAT */ .Sn) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label} is not a manifest that this version reads: "format" must be "${_model_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST_FORMAT */ .Sn}". ` +
            'Write the snapshot again with this version, or use the version that wrote it.');
    }
    const counts = top.section('counts');
    const files = top.section('files');
    return {
        format: _model_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST_FORMAT */ .Sn,
        account: top.text('account', ACCOUNT),
        ownerAccount: top.textOrNull('ownerAccount', ACCOUNT),
        identityStoreId: top.text('identityStoreId', IDENTITY_STORE_ID),
        instanceArn: top.textOrNull('instanceArn', INSTANCE_ARN),
        region: top.text('region', REGION),
        mapping: top.oneOf('mapping', ['full', 'reference']),
        tags: tagNames(top),
        machineUsers: top.textOrNull('machineUsers', ANY_TEXT),
        disabledUsers: top.oneOf('disabledUsers', ['include', 'exclude']),
        counts: {
            users: counts.count('users'),
            groups: counts.count('groups'),
            memberships: counts.count('memberships'),
        },
        files: {
            'users.json': parseDigest(files.section('users.json')),
            'groups.json': parseDigest(files.section('groups.json')),
        },
    };
}
const ACCOUNT = { pattern: /^\d{12}$/, meaning: 'an account id of 12 digits' };
const IDENTITY_STORE_ID = { pattern: /^[0-9a-zA-Z-]{1,64}$/, meaning: 'an identity store id' };
const INSTANCE_ARN = { pattern: /^arn:[\w:/.-]{1,1220}$/, meaning: 'an ARN' };
const REGION = { pattern: /^[a-z0-9-]{1,64}$/, meaning: 'a region' };
const SHA256 = { pattern: /^[0-9a-f]{64}$/, meaning: '64 lower-case hexadecimal digits' };
const ANY_TEXT = { pattern: /^/, meaning: 'text' };
function digest({ sha256, bytes }) {
    return { sha256, bytes };
}
function parseDigest(section) {
    return { sha256: section.text('sha256', SHA256), bytes: section.count('bytes') };
}
function tagNames(top) {
    const value = top.value('tags');
    const meaning = 'a list of tag names, in the order in which they are written, without duplicates';
    if (!Array.isArray(value))
        return top.refuse('tags', meaning);
    const names = _model_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_NAMES */ .qY.filter((name) => value.includes(name));
    const same = names.length === value.length && names.every((name, index) => name === value[index]);
    return same ? names : top.refuse('tags', meaning);
}
function parseJson(json, label) {
    try {
        return JSON.parse(json);
    }
    catch {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label} is not JSON. ${RESTORE}`);
    }
}
const RESTORE = 'Restore the file, or write the snapshot again.';
/** @param path the keys that lead to the object, joined by dots; empty for the manifest itself */
function sectionOf(object, label, path) {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
        const what = path === '' ? 'the manifest' : `"${path}"`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label}: ${what} must be an object. ${RESTORE}`);
    }
    const nameOf = (key) => (path === '' ? key : `${path}.${key}`);
    const section = {
        // Own keys only, so that neither `__proto__` nor `constructor` stands for a value.
        value: (key) => Object.getOwnPropertyDescriptor(object, key)?.value,
        section: (key) => sectionOf(section.value(key), label, nameOf(key)),
        text(key, format) {
            const value = section.value(key);
            return typeof value === 'string' && format.pattern.test(value)
                ? value
                : section.refuse(key, format.meaning);
        },
        textOrNull(key, format) {
            if (section.value(key) === null)
                return null;
            return section.text(key, { ...format, meaning: `${format.meaning} or null` });
        },
        oneOf(key, values) {
            const found = values.find((value) => value === section.value(key));
            return found ?? section.refuse(key, values.map((value) => `"${value}"`).join(' or '));
        },
        count(key) {
            const value = section.value(key);
            const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
            return isCount ? value : section.refuse(key, 'a whole number from 0');
        },
        refuse(key, meaning) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label}: "${nameOf(key)}" must be ${meaning}. ${RESTORE}`);
        },
    };
    return section;
}


/***/ }),

/***/ 34904:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qe: () => (/* binding */ FRAME),
/* harmony export */   SB: () => (/* binding */ renderUser),
/* harmony export */   mp: () => (/* binding */ importFile),
/* harmony export */   sx: () => (/* binding */ renderGroup)
/* harmony export */ });
/**
 * The line of a user in a Raito import file: what Go's json.Marshal writes (raito-io/cli, base/identity_store), every
 * key present, in the order of the model. Lone surrogates, which Go cannot hold, become U+FFFD.
 */
function renderUser(user) {
    return (`{"externalId":${quote(user.externalId)},"name":${quote(user.name)},"userName":${quote(user.userName)}` +
        `,"email":${quote(user.email)},"groupExternalIds":${renderList(user.groupExternalIds, quote)}` +
        `,"tags":${renderList(user.tags, renderTag)},"isMachine":${user.isMachine}}`);
}
/** The line of a group in a Raito import file; see renderUser. */
function renderGroup(group) {
    return (`{"externalId":${quote(group.externalId)},"name":${quote(group.name)}` +
        `,"displayName":${quote(group.displayName)},"description":${quote(group.description)}` +
        `,"parentGroupExternalIds":${renderList(group.parentGroupExternalIds, quote)}` +
        `,"tags":${renderList(group.tags, renderTag)}}`);
}
/** What stands around the records of an import file: `[`, then a blank line before each record, and no final newline. */
const FRAME = { start: '[', between: ',', before: '\n\n', end: '\n]' };
/**
 * A whole import file in pieces of about 256 KiB, so that a file of any size is never one string.
 * The framing is that of raito-io/cli, base/identity_store/exporter.go: `[\n]` when empty.
 */
function* importFile(records, render) {
    let piece = FRAME.start;
    let separator = '';
    for (const record of records) {
        piece += separator + FRAME.before + render(record);
        separator = FRAME.between;
        if (piece.length < PIECE_LENGTH)
            continue;
        yield piece;
        piece = '';
    }
    yield piece + FRAME.end;
}
const PIECE_LENGTH = 256 * 1024;
/** Printable ASCII that neither JSON nor Go's HTML-safe escaping touches: nearly every id, so worth a short way. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;
/** JSON.stringify differs from Go only in lone surrogates, in the characters of HTML, and in the two line separators. */
function quote(text) {
    if (PLAIN.test(text))
        return `"${text}"`;
    return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'));
}
function renderTag(tag) {
    return `{"key":${quote(tag.key)},"value":${quote(tag.value)},"source":${quote(tag.source)}}`;
}
function renderList(list, render) {
    if (list === null)
        return 'null';
    let text = '';
    for (const item of list)
        text += text === '' ? render(item) : ',' + render(item);
    return `[${text}]`;
}


/***/ }),

/***/ 10751:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   writeSnapshot: () => (/* binding */ writeSnapshot)
/* harmony export */ });
/* unused harmony exports writeImportFiles, refuseExisting, leftoversIn */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(59148);
/* harmony import */ var _manifest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6351);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(14769);
/* harmony import */ var _raito_json_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(34904);







/**
 * Writes users.json, groups.json and manifest.json into a directory, all or nothing. Other files
 * in it are left alone.
 *
 * @param roots absolute paths, one of which must hold the directory
 * @param identities sorted, as mapDirectory gives them
 * @throws UserError; the reason of the signal when it was aborted
 */
async function writeSnapshot({ directory, roots, identities, description, signal, }) {
    const written = await (0,_files_js__WEBPACK_IMPORTED_MODULE_3__/* .writeFiles */ .hV)({ roots, signal }, (stage) => stageSnapshot(stage, { directory, identities, description }));
    removeLeftovers(directory);
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
    await writeFiles({ roots: [root] }, async (stage) => {
        await stageIdentities(stage, identities, { usersFile, groupsFile });
        if (baseline !== undefined)
            await stageSnapshot(stage, { ...baseline, identities });
        refuseExisting(usersFile);
        refuseExisting(groupsFile);
    });
    if (baseline !== undefined)
        removeLeftovers(baseline.directory);
}
/** @throws UserError where something is at a path that the CLI asks for */
function refuseExisting(file) {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined)
        return;
    throw new UserError('precondition', `The connector was asked to write ${file}, which exists. It replaces no file; nothing was imported.`);
}
/**
 * The manifest is staged, and so renamed, last: a run that is killed in between leaves either files that the manifest
 * does not fit, or no manifest but its temporary file; read.ts refuses both.
 */
async function stageSnapshot(stage, { directory, identities, description }) {
    const [users, groups] = await stageIdentities(stage, identities, {
        usersFile: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'users.json'),
        groupsFile: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'groups.json'),
    });
    const manifest = {
        ...description,
        format: _model_js__WEBPACK_IMPORTED_MODULE_6__/* .MANIFEST_FORMAT */ .Sn,
        counts: (0,_model_js__WEBPACK_IMPORTED_MODULE_6__/* .countIdentities */ .mj)(identities),
        files: { 'users.json': users, 'groups.json': groups },
    };
    await stage((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'manifest.json'), [(0,_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .renderManifest */ .s)(manifest)]);
    return manifest;
}
async function stageIdentities(stage, { users, groups }, { usersFile, groupsFile }) {
    return [
        await stage(usersFile, (0,_raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .importFile */ .mp)(users, _raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .renderUser */ .SB)),
        await stage(groupsFile, (0,_raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .importFile */ .mp)(groups, _raito_json_js__WEBPACK_IMPORTED_MODULE_5__/* .renderGroup */ .sx)),
    ];
}
/** The temporary files that writes of a snapshot left in its directory when they were killed. */
function leftoversIn(directory) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(directory).filter((entry) => _model_js__WEBPACK_IMPORTED_MODULE_6__/* .SNAPSHOT_FILES */ .FI.some((name) => (0,_files_js__WEBPACK_IMPORTED_MODULE_3__/* .isLeftover */ .ij)(entry, name)));
    }
    catch {
        // No directory, or none that can be read: whoever reads the snapshot says so.
        return [];
    }
}
/** The snapshot stands by now, so what cannot be removed is no failure. */
function removeLeftovers(directory) {
    try {
        for (const entry of leftoversIn(directory))
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, entry), { force: true });
    }
    catch {
        // Readers are not misled by it: the manifest is in its place.
    }
}


/***/ })

};
