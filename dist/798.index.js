export const id = 798;
export const ids = [798];
export const modules = {

/***/ 26798:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   mapIdentityStore: () => (/* binding */ mapIdentityStore)
/* harmony export */ });
/* harmony import */ var _identity_center_identity_store_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62820);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(14769);
/* harmony import */ var _canonical_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(59586);
/* harmony import */ var _memberships_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76598);
/* harmony import */ var _tags_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(31071);





/**
 * Turns an identity store, in AWS's terms, into the records of the import files (docs/snapshot-format.md).
 * The result is the same whatever the order in the store: users, groups and a user's group ids are sorted by
 * UTF-16 code units. Empty strings count as absent. A lone surrogate becomes U+FFFD, as it will be in the file.
 */
function mapIdentityStore(store, options) {
    const findings = { usersWithoutUserName: 0, groupsWithoutDisplayName: 0, excludedUsers: 0 };
    const groups = store.groups.map((group) => {
        if (!text(group.DisplayName))
            findings.groupsWithoutDisplayName += 1;
        return options.mapping === 'reference' ? referenceGroup(group) : fullGroup(group);
    });
    const machineUsers = options.machineUsers === null ? null : new RegExp(options.machineUsers, 'u');
    const wanted = new Set(options.tags);
    const tags = _tags_js__WEBPACK_IMPORTED_MODULE_2__/* .TAG_NAMES */ .qY.filter((name) => wanted.has(name));
    const members = (0,_memberships_js__WEBPACK_IMPORTED_MODULE_1__/* .collectMembers */ .W6)();
    for (const user of store.users) {
        if (options.disabledUsers === 'exclude' && (0,_identity_center_identity_store_js__WEBPACK_IMPORTED_MODULE_0__/* .isDisabled */ .d6)(user)) {
            findings.excludedUsers += 1;
            continue;
        }
        if (!text(user.UserName))
            findings.usersWithoutUserName += 1;
        const groupIds = store.groupIdsByUserId.get(user.UserId) ?? [];
        members.add(options.mapping === 'reference' ? referenceUser(user) : fullUser(user, tags, machineUsers), groupIds.map((id) => members.numberOf(id.toWellFormed())));
    }
    groups.sort(byExternalId);
    const identities = { ...members.end(), groups };
    return { identities, counts: (0,_model_js__WEBPACK_IMPORTED_MODULE_3__/* .countIdentities */ .mj)(identities), findings };
}
function fullUser(user, tags, machineUsers) {
    const userName = userNameOf(user);
    return {
        externalId: user.UserId.toWellFormed(),
        name: fullName(user) ?? userName,
        userName,
        email: primaryEmail(user) ?? firstEmail(user) ?? (ADDRESS.test(userName) ? userName : ''),
        tags: tagsOf(user, tags),
        isMachine: machineUsers === null ? null : machineUsers.test(userName),
    };
}
function referenceUser(user) {
    const userName = userNameOf(user);
    return {
        externalId: user.UserId.toWellFormed(),
        name: userName,
        userName,
        email: primaryEmail(user) ?? userName,
        tags: null,
        isMachine: null,
    };
}
function fullGroup(group) {
    return { ...referenceGroup(group), description: text(group.Description) ?? '' };
}
function referenceGroup(group) {
    const externalId = group.GroupId.toWellFormed();
    const name = text(group.DisplayName) ?? externalId;
    return { externalId, name, displayName: name, description: '', parentGroupExternalIds: null, tags: null };
}
/** One `@` with something on both sides and no white space. */
const ADDRESS = /^[^@\s]+@[^@\s]+$/u;
function userNameOf(user) {
    return text(user.UserName) ?? user.UserId.toWellFormed();
}
function fullName(user) {
    const parts = [text(user.Name?.GivenName), text(user.Name?.FamilyName)].filter((part) => part !== undefined);
    return text(user.DisplayName) ?? text(user.Name?.Formatted) ?? text(parts.join(' ')) ?? text(user.NickName);
}
/** Of several primary addresses the last one, as the reference connector has it. */
function primaryEmail(user) {
    return text(user.Emails?.findLast((email) => email.Primary === true && text(email.Value))?.Value);
}
function firstEmail(user) {
    return text(user.Emails?.find((email) => text(email.Value))?.Value);
}
function tagsOf(user, names) {
    const tags = names.flatMap((key) => {
        const values = new Set((0,_tags_js__WEBPACK_IMPORTED_MODULE_2__/* .readAttribute */ .vK)(key, user).map(tagValue));
        return [...values].flatMap((value) => (value === undefined ? [] : { key, value, source: _model_js__WEBPACK_IMPORTED_MODULE_3__/* .TAG_SOURCE */ .Ph }));
    });
    return tags.length === 0 ? null : tags;
}
/** A document may hold a number where the extension means a string of digits. */
function tagValue(value) {
    return text(typeof value === 'number' ? String(value) : value);
}
function text(value) {
    return typeof value === 'string' && value !== '' ? value.toWellFormed() : undefined;
}
function byExternalId(a, b) {
    return (0,_canonical_js__WEBPACK_IMPORTED_MODULE_4__/* .compareText */ .n6)(a.externalId, b.externalId);
}


/***/ })

};
