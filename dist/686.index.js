export const id = 686;
export const ids = [686];
export const modules = {

/***/ 27878:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ LEVELS),
/* harmony export */   I: () => (/* binding */ levelOf)
/* harmony export */ });
/** How much a permission set can do, from its own record alone; from the most to the least. */
const LEVELS = ['administrator', 'privileged', 'other', 'read-only'];
const ADMINISTRATOR_POLICIES = new Set(['AdministratorAccess']);
/** Who holds one of these can give more to anybody. */
const PRIVILEGED_POLICIES = new Set([
    'IAMFullAccess',
    'PowerUserAccess',
    'AWSOrganizationsFullAccess',
    'AWSSSOMasterAccountAdministrator',
    'AWSSSOMemberAccountAdministrator',
    'AWSSSODirectoryAdministrator',
]);
const READ_ONLY_POLICIES = new Set([
    'ReadOnlyAccess',
    'ViewOnlyAccess',
    'SecurityAudit',
    'AWSBillingReadOnlyAccess',
]);
/** In lower case: IAM compares actions without regard to case. */
const ADMINISTRATOR_ACTIONS = new Set(['*', '*:*']);
const PRIVILEGED_ACTIONS = new Set([
    'iam:*',
    'sso:*',
    'sso-directory:*',
    'identitystore:*',
    'organizations:*',
    'sts:*',
    'sts:assumerole',
]);
/**
 * The level of a permission set. Policies of the customer are not read: a set that has some is never read-only. A
 * boundary changes nothing, and neither does what a service control policy forbids: this is not effective permission.
 */
function levelOf({ managedPolicies, customerManagedPolicies, inlinePolicy }) {
    const managed = managedPolicies.map(nameOfManagedPolicy);
    const isManaged = (names) => managed.some((name) => name !== undefined && names.has(name));
    const actions = actionsOnEverything(inlinePolicy);
    const isAllowed = (names) => actions.some((action) => names.has(action));
    if (isManaged(ADMINISTRATOR_POLICIES) || isAllowed(ADMINISTRATOR_ACTIONS))
        return 'administrator';
    if (isManaged(PRIVILEGED_POLICIES) || isAllowed(PRIVILEGED_ACTIONS))
        return 'privileged';
    const isReadOnly = managed.length > 0 &&
        managed.every((name) => name !== undefined && READ_ONLY_POLICIES.has(name)) &&
        customerManagedPolicies.length === 0 &&
        inlinePolicy === null;
    return isReadOnly ? 'read-only' : 'other';
}
/** The last part of the arn of a policy that AWS manages, in every partition; undefined for any other. */
function nameOfManagedPolicy(arn) {
    return /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}
/** In lower case: what the statements allow on every resource, without a condition or an exception. */
function actionsOnEverything(policy) {
    if (policy === null || typeof policy === 'string')
        return [];
    return listOf(policy['Statement']).flatMap((statement) => {
        if (typeof statement !== 'object' || statement === null)
            return [];
        const { Effect, Action, Resource, Condition, ...others } = statement;
        if (Effect !== 'Allow' || 'NotAction' in others || 'NotResource' in others)
            return [];
        if (Condition !== undefined && !isEmptyObject(Condition))
            return [];
        if (!listOf(Resource).includes('*'))
            return [];
        return listOf(Action).flatMap((action) => (typeof action === 'string' ? [action.toLowerCase()] : []));
    });
}
function isEmptyObject(value) {
    return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
/** IAM takes one where a list may stand. */
function listOf(value) {
    return Array.isArray(value) ? value : value === undefined ? [] : [value];
}


/***/ }),

/***/ 62686:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  writeReview: () => (/* binding */ writeReview)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/files.ts + 1 modules
var src_files = __webpack_require__(18793);
// EXTERNAL MODULE: ./src/snapshot/canonical.ts
var canonical = __webpack_require__(59586);
;// CONCATENATED MODULE: ./src/review/lines.ts

function linesOf({ people, groups, sets, groupGrants, directGrants }) {
    const ofGroups = pairsByPrincipal(groupGrants, groups.ids.length, sets.length);
    const ofPeople = pairsByPrincipal(directGrants, people.ids.length, sets.length);
    const starts = new Int32Array(people.ids.length + 1);
    for (const [person, memberOf] of people.groups.entries()) {
        const direct = ofPeople[person]?.length ?? 0;
        const sum = memberOf.reduce((lines, group) => lines + (ofGroups[group]?.length ?? 0), direct);
        starts[person + 1] = at(starts, person) + sum;
    }
    const size = at(starts, people.ids.length);
    const lines = {
        person: new Int32Array(size),
        account: new Int32Array(size),
        set: new Int32Array(size),
        group: new Int32Array(size),
        starts,
    };
    let next = 0;
    for (const [person, memberOf] of people.groups.entries()) {
        const ways = [];
        for (const group of memberOf)
            for (const pair of ofGroups[group] ?? [])
                ways.push([pair, group]);
        for (const pair of ofPeople[person] ?? [])
            ways.push([pair, -1]);
        const ownId = people.ids[person] ?? '';
        const idOf = (group) => (group === -1 ? ownId : (groups.ids[group] ?? ''));
        ways.sort(([a, one], [b, other]) => a - b || (0,canonical/* compareText */.n6)(idOf(one), idOf(other)));
        for (const [pair, group] of ways) {
            lines.person[next] = person;
            lines.account[next] = Math.floor(pair / sets.length);
            lines.set[next] = pair % sets.length;
            lines.group[next] = group;
            next += 1;
        }
    }
    return lines;
}
/** The accounts and sets of each principal, a number for each pair. */
function pairsByPrincipal(grants, principals, sets) {
    const pairs = Array.from({ length: principals }, () => []);
    for (let i = 0; i < grants.length; i += 3)
        pairs[grants[i] ?? 0]?.push((grants[i + 1] ?? 0) * sets + (grants[i + 2] ?? 0));
    return pairs;
}
function findingsOf(population, lines) {
    const { people, groups, accounts, sets, groupGrants, directGrants } = population;
    const administratorsByAccount = new Int32Array(accounts.ids.length);
    let administrators = 0;
    let peopleWithAccess = 0;
    const disabledWithAccess = [];
    for (const [person, status] of people.statuses.entries()) {
        const { accountsAsAdministrator: own, lines: held } = holdingsOf(person, lines, sets);
        if (held > 0)
            peopleWithAccess += 1;
        if (held > 0 && status === DISABLED)
            disabledWithAccess.push(person);
        if (own.length > 0)
            administrators += 1;
        for (const account of own)
            administratorsByAccount[account] = at(administratorsByAccount, account) + 1;
    }
    const granted = new Set(groupGrants.filter((_, i) => i % 3 === 0));
    const emptyGroups = [...granted].filter((group) => groups.memberCounts[group] === 0);
    const fewAdministrators = [...administratorsByAccount.keys()].filter((account) => at(administratorsByAccount, account) < FEW_ADMINISTRATORS);
    return {
        counts: {
            people: people.ids.length,
            peopleWithAccess,
            groups: groups.ids.length,
            accounts: accounts.ids.length,
            permissionSets: sets.length,
            assignments: (groupGrants.length + directGrants.length) / 3,
            lines: lines.person.length,
            administrators,
            accountsWithAdministrators: administratorsByAccount.filter((count) => count > 0).length,
            accountsWithFewAdministrators: fewAdministrators.length,
            directAssignments: directGrants.length / 3,
            emptyGroups: emptyGroups.length,
            disabledWithAccess: disabledWithAccess.length,
            isStatusKnown: people.statuses.some((status) => status !== ''),
        },
        administratorsByAccount,
        fewAdministrators,
        emptyGroups,
        disabledWithAccess,
    };
}
const DISABLED = 'DISABLED';
/** With fewer an account is closed to everybody when one of them is away. */
const FEW_ADMINISTRATORS = 2;
function holdingsOf(person, lines, sets) {
    const from = at(lines.starts, person);
    const to = at(lines.starts, person + 1);
    const own = new Set();
    const asAdministrator = new Set();
    let accounts = 0;
    for (let line = from; line < to; line++) {
        const account = at(lines.account, line);
        const set = at(lines.set, line);
        if (line === from || account !== at(lines.account, line - 1))
            accounts += 1;
        own.add(set);
        if (sets[set]?.level === 'administrator')
            asAdministrator.add(account);
    }
    return { lines: to - from, accounts, sets: own.size, accountsAsAdministrator: [...asAdministrator] };
}
/** Where the triples of each principal start, and at the end how many there are. */
function slotsOf(grants, principals) {
    const slots = new Int32Array(principals + 1);
    for (let i = 0; i < grants.length; i += 3) {
        const after = (grants[i] ?? 0) + 1;
        slots[after] = at(slots, after) + 1;
    }
    for (let i = 1; i <= principals; i++)
        slots[i] = at(slots, i) + at(slots, i - 1);
    return slots;
}
/** Of an index that is known to be there. */
function at(numbers, index) {
    return numbers[index] ?? 0;
}

;// CONCATENATED MODULE: ./src/review/csv.ts


const PERSON_COLUMNS = 'user_name,name,email,status';
const ACCESS_COLUMNS = 'account_id,account_name,permission_set,level,session_duration,policies,through,through_id';
const USERS_COLUMNS = 'external_id,groups,accounts,permission_sets,administrator_accounts';
/** access.csv: a line for each person, account, permission set and way; one for whoever has no access. */
function accessCsv(population, lines) {
    return (0,canonical/* mapped */.CV)(accessLines(population, lines), withLineEnd);
}
/** users.csv: a line for each person. */
function usersCsv(population, lines) {
    return (0,canonical/* mapped */.CV)(userLines(population, lines), withLineEnd);
}
function* accessLines({ people, groups, accounts, sets }, lines) {
    yield `${PERSON_COLUMNS},${ACCESS_COLUMNS}`;
    const accountCells = accounts.ids.map((id, i) => cellsOf([id, accounts.names[i] ?? '']));
    const setCells = sets.map(({ name, level, sessionDuration, policies }) => cellsOf([name, level, sessionDuration, policies.join(' ')]));
    const groupCells = groups.ids.map((id, i) => cellsOf([groups.names[i] ?? '', id]));
    const none = `,${ACCESS_COLUMNS.replaceAll(/\w/g, '')}`;
    for (const [person, id] of people.ids.entries()) {
        const head = personCells(people, person);
        const [from = 0, to = 0] = lines.starts.subarray(person, person + 2);
        if (from === to)
            yield head + none;
        for (let line = from; line < to; line++) {
            const group = lines.group[line] ?? -1;
            const way = group === -1 ? cellsOf(['direct', id]) : groupCells[group];
            yield [head, accountCells[lines.account[line] ?? 0], setCells[lines.set[line] ?? 0], way].join(',');
        }
    }
}
function* userLines({ people, accounts, sets }, lines) {
    yield `${PERSON_COLUMNS},${USERS_COLUMNS}`;
    for (const [person, id] of people.ids.entries()) {
        const held = holdingsOf(person, lines, sets);
        const asAdministrator = held.accountsAsAdministrator.map((account) => accounts.ids[account]).join(' ');
        const numbers = [people.groupCounts[person], held.accounts, held.sets].map(String);
        yield `${personCells(people, person)},${cellsOf([id, ...numbers, asAdministrator])}`;
    }
}
function withLineEnd(line) {
    return `${line}\r\n`;
}
function personCells({ userNames, names, emails, statuses }, person) {
    return cellsOf([userNames, names, emails, statuses].map((column) => column[person] ?? ''));
}
function cellsOf(cells) {
    return cells.map(cellOf).join(',');
}
/**
 * By RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it (CWE-1236,
 * https://owasp.org/www-community/attacks/CSV_Injection).
 */
function cellOf(text) {
    const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

;// CONCATENATED MODULE: ./src/review/page.ts
/** Where the built page wants its data: it stands there once. */
const DATA_PLACE = '"review data"';
/**
 * access-review.html in pieces: the built page with its data. The page's Content-Security-Policy allows its own script and
 * style, by hash, and nothing else; data is no script to it. Names cannot end the element that holds them: no `<` is left.
 *
 * @param template what review-page/build.mjs built
 */
function* reviewPage(template, data) {
    const at = template.indexOf(DATA_PLACE);
    if (at === -1)
        throw new Error('the page has no place for its data');
    yield template.slice(0, at);
    for (const piece of jsonPieces(data))
        yield piece.replaceAll('<', String.raw `\u003c`);
    yield template.slice(at + DATA_PLACE.length);
}
const PIECE_ITEMS = 5_000;
/** JSON in which no piece holds more than so many entries of a list. */
function* jsonPieces(value) {
    if (Array.isArray(value)) {
        yield '[';
        for (let from = 0; from < value.length; from += PIECE_ITEMS)
            yield (from === 0 ? '' : ',') + JSON.stringify(value.slice(from, from + PIECE_ITEMS)).slice(1, -1);
        yield ']';
    }
    else if (typeof value === 'object' && value !== null) {
        let separator = '{';
        for (const [key, entry] of Object.entries(value)) {
            yield `${separator}${JSON.stringify(key)}:`;
            yield* jsonPieces(entry);
            separator = ',';
        }
        yield '}';
    }
    else
        yield JSON.stringify(value);
}

// EXTERNAL MODULE: ./src/changes/levels.ts
var levels = __webpack_require__(27878);
;// CONCATENATED MODULE: ./src/review/population.ts

/** Everybody of a snapshot, and what is assigned; all sorted as the snapshot is. */
function populationOf({ users, groups, memberships, access, }) {
    const groupAt = indexes(groups, ({ externalId }) => externalId);
    const userAt = indexes(users, ({ externalId }) => externalId);
    const accountAt = indexes(access.accounts, ({ id }) => id);
    const setAt = indexes(access.permissionSets, ({ arn }) => arn);
    const groupGrants = [];
    const directGrants = [];
    const isGranted = new Uint8Array(groups.length);
    for (const { principalType, principalId, account, permissionSet } of access.assignments) {
        const isGroup = principalType === 'GROUP';
        const principal = (isGroup ? groupAt : userAt).get(principalId);
        const accountIndex = accountAt.get(account);
        const set = setAt.get(permissionSet);
        if (principal === undefined || accountIndex === undefined || set === undefined)
            throw new Error('an assignment names what the snapshot does not have');
        if (isGroup)
            isGranted[principal] = 1;
        (isGroup ? groupGrants : directGrants).push(principal, accountIndex, set);
    }
    const memberCounts = groups.map(() => 0);
    const groupOf = memberships.groupIds.map((id) => groupAt.get(id));
    const grantedGroups = users.map((_, user) => {
        const granted = [];
        for (const number of memberships.groupsOf(user)) {
            const group = groupOf[number];
            if (group === undefined)
                continue;
            memberCounts[group] = (memberCounts[group] ?? 0) + 1;
            if (isGranted[group] === 1)
                granted.push(group);
        }
        return granted;
    });
    return {
        people: {
            ids: users.map(({ externalId }) => externalId),
            userNames: users.map(({ userName }) => userName),
            names: users.map(({ name }) => name),
            emails: users.map(({ email }) => email),
            statuses: users.map(({ tags }) => tags?.find(({ key }) => key === 'Status')?.value ?? ''),
            groupCounts: users.map((_, user) => memberships.groupsOf(user).length),
            groups: grantedGroups,
        },
        groups: {
            ids: groups.map(({ externalId }) => externalId),
            names: groups.map(({ name }) => name),
            memberCounts,
        },
        accounts: {
            ids: access.accounts.map(({ id }) => id),
            names: access.accounts.map(({ name }) => name),
        },
        sets: access.permissionSets.map((set) => {
            const { arn, name, description, sessionDuration, permissionsBoundary } = set;
            const inline = set.inlinePolicy === null ? [] : ['inline'];
            const policies = [...set.managedPolicies, ...set.customerManagedPolicies, ...inline];
            const level = (0,levels/* levelOf */.I)(set);
            return { arn, name, description, level, sessionDuration, policies, permissionsBoundary };
        }),
        groupGrants,
        directGrants,
    };
}
function indexes(records, keyOf) {
    return new Map(records.map((record, index) => [keyOf(record), index]));
}

;// CONCATENATED MODULE: ./src/review/write.ts







/**
 * Writes access.csv, users.csv and access-review.html, all three or none.
 *
 * @throws UserError
 */
async function writeReview(request) {
    const { snapshot, directory, roots } = request;
    const { usersSha256, ...provenance } = request.provenance;
    const template = await (0,promises_.readFile)(request.template, 'utf8');
    const population = populationOf(snapshot);
    const lines = linesOf(population);
    const files = {
        page: (0,external_node_path_.join)(directory, 'access-review.html'),
        accessCsv: (0,external_node_path_.join)(directory, 'access.csv'),
        usersCsv: (0,external_node_path_.join)(directory, 'users.csv'),
    };
    await (0,src_files/* writeFiles */.hV)(roots, async (stage) => {
        const { sha256 } = await stage(files.accessCsv, accessCsv(population, lines));
        await stage(files.usersCsv, usersCsv(population, lines));
        const digests = { 'access.csv': sha256, 'users.json': usersSha256 };
        const data = { provenance: { ...provenance, digests }, ...population };
        await stage(files.page, reviewPage(template, data));
    });
    return { files, counts: findingsOf(population, lines).counts };
}


/***/ })

};
