export const id = 798;
export const ids = [798];
export const modules = {

/***/ 26798:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   mapDirectory: () => (/* binding */ mapDirectory)
/* harmony export */ });
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(14769);

/**
 * Turns a directory, in AWS's terms, into the records of the import files (docs/snapshot-format.md).
 * The result is the same whatever the order in the directory: users, groups and a user's group ids are sorted by
 * UTF-16 code units. Empty strings count as absent. A lone surrogate becomes U+FFFD, as it will be in the file.
 */
function mapDirectory(directory, options) {
    const findings = { usersWithoutUserName: 0, groupsWithoutDisplayName: 0, excludedUsers: 0 };
    // One string for each group id, shared by all memberships.
    const groupIds = new Map();
    const groups = directory.groups.map((group) => {
        if (!text(group.DisplayName))
            findings.groupsWithoutDisplayName += 1;
        const record = options.mapping === 'reference' ? referenceGroup(group) : fullGroup(group);
        groupIds.set(group.GroupId, record.externalId);
        return record;
    });
    const machineUsers = options.machineUsers === null ? null : new RegExp(options.machineUsers, 'u');
    const wanted = new Set(options.tags);
    const tags = _model_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG_NAMES */ .qY.filter((name) => wanted.has(name));
    const users = [];
    let memberships = 0;
    for (const user of directory.users) {
        if (options.disabledUsers === 'exclude' && user.UserStatus === 'DISABLED') {
            findings.excludedUsers += 1;
            continue;
        }
        if (!text(user.UserName))
            findings.usersWithoutUserName += 1;
        const ids = sortedGroupIds(directory.groupIdsByUserId.get(user.UserId), groupIds);
        memberships += ids?.length ?? 0;
        users.push(options.mapping === 'reference' ? referenceUser(user, ids) : fullUser(user, ids, tags, machineUsers));
    }
    users.sort(byExternalId);
    groups.sort(byExternalId);
    return {
        identities: { users, groups },
        counts: { users: users.length, groups: groups.length, memberships },
        findings,
    };
}
function fullUser(user, groupExternalIds, tags, machineUsers) {
    const userName = userNameOf(user);
    return {
        externalId: user.UserId.toWellFormed(),
        name: fullName(user) ?? userName,
        userName,
        email: primaryEmail(user) ?? firstEmail(user) ?? (ADDRESS.test(userName) ? userName : ''),
        groupExternalIds,
        tags: tagsOf(user, tags),
        isMachine: machineUsers === null ? null : machineUsers.test(userName),
    };
}
function referenceUser(user, groupExternalIds) {
    const userName = userNameOf(user);
    return {
        externalId: user.UserId.toWellFormed(),
        name: userName,
        userName,
        email: primaryEmail(user) ?? userName,
        groupExternalIds,
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
    const tags = [];
    for (const key of names) {
        for (const value of VALUES[key](user))
            tags.push({ key, value, source: _model_js__WEBPACK_IMPORTED_MODULE_0__/* .TAG_SOURCE */ .Ph });
    }
    return tags.length === 0 ? null : tags;
}
const VALUES = {
    Status: (user) => one(user.UserStatus),
    UserType: (user) => one(user.UserType),
    Title: (user) => one(user.Title),
    NickName: (user) => one(user.NickName),
    ProfileUrl: (user) => one(user.ProfileUrl),
    PreferredLanguage: (user) => one(user.PreferredLanguage),
    Locale: (user) => one(user.Locale),
    Timezone: (user) => one(user.Timezone),
    ExternalId: externalIds,
    Department: (user) => one(enterprise(user, 'department')),
    Division: (user) => one(enterprise(user, 'division')),
    Organization: (user) => one(enterprise(user, 'organization')),
    CostCenter: (user) => one(enterprise(user, 'costcenter')),
    EmployeeNumber: (user) => one(enterprise(user, 'employeenumber')),
    Manager: (user) => one(manager(user)),
};
/** The ids without their issuers, in the order of issuer, then id; the same id of two issuers is one tag. */
function externalIds(user) {
    const ids = (user.ExternalIds ?? [])
        .map(({ Issuer, Id }) => ({ issuer: Issuer ?? '', id: text(Id) }))
        .filter((entry) => entry.id !== undefined)
        .sort((a, b) => compare(a.issuer, b.issuer) || compare(a.id, b.id))
        .map((entry) => entry.id);
    return [...new Set(ids)];
}
function enterprise(user, key) {
    return valueOf(user.Enterprise, key);
}
/** The extension names a manager by an object with `value`, the id of the manager (RFC 7643, section 4.3). */
function manager(user) {
    const entry = enterprise(user, 'manager');
    return typeof entry === 'object' ? valueOf(entry, 'value') : entry;
}
/** The value of a key, whatever its case; of keys that differ in case only, the first in order that has one. */
function valueOf(document, key) {
    return Object.entries(document ?? {})
        .filter(([name, value]) => name.toLowerCase() === key && value !== '' && value !== null)
        .sort(([a], [b]) => compare(a, b))[0]?.[1];
}
/** A document may hold a number where the extension means a string of digits. */
function one(value) {
    const found = text(typeof value === 'number' ? String(value) : value);
    return found === undefined ? [] : [found];
}
function text(value) {
    return typeof value === 'string' && value !== '' ? value.toWellFormed() : undefined;
}
function sortedGroupIds(ids, shared) {
    if (ids === undefined || ids.length === 0)
        return null;
    const sorted = ids.map((id) => shared.get(id) ?? id.toWellFormed()).sort();
    return sorted.some((id, index) => id === sorted[index + 1]) ? [...new Set(sorted)] : sorted;
}
function byExternalId(a, b) {
    return compare(a.externalId, b.externalId);
}
/** By UTF-16 code units: the same on every machine, whatever its language. */
function compare(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}


/***/ })

};
