export const id = 924;
export const ids = [924];
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

/***/ 40924:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  COMMENT_BUDGET: () => (/* binding */ COMMENT_BUDGET),
  SUMMARY_BUDGET: () => (/* binding */ SUMMARY_BUDGET),
  hasChanges: () => (/* binding */ hasChanges),
  renderComment: () => (/* binding */ renderComment),
  renderReport: () => (/* binding */ renderReport),
  renderSummary: () => (/* binding */ renderSummary)
});

// EXTERNAL MODULE: ./src/changes/guard.ts
var guard = __webpack_require__(11276);
// EXTERNAL MODULE: ./src/snapshot/canonical.ts
var canonical = __webpack_require__(59586);
// EXTERNAL MODULE: ./src/changes/levels.ts
var levels = __webpack_require__(27878);
// EXTERNAL MODULE: ./src/snapshot/memberships.ts + 1 modules
var snapshot_memberships = __webpack_require__(76598);
// EXTERNAL MODULE: ./node_modules/mdast-util-gfm-table/lib/index.js + 1 modules
var lib = __webpack_require__(31486);
// EXTERNAL MODULE: ./node_modules/mdast-util-to-markdown/lib/index.js + 14 modules
var mdast_util_to_markdown_lib = __webpack_require__(59059);
;// CONCATENATED MODULE: ./src/report/markdown.ts


/** Of a name, in UTF-16 code units as it is shown; the middle of a longer one is cut out. */
const LONGEST_NAME = 100;
const LONGEST_PROSE = 400;
/** Markdown of a tree. Whatever needs escaping is escaped by the library; there is no newline at the end. */
function toText(nodes) {
    const root = { type: 'root', children: [...nodes] };
    return (0,mdast_util_to_markdown_lib/* toMarkdown */.l)(root, {
        bullet: '-',
        extensions: [(0,lib/* gfmTableToMarkdown */.d)({ tablePipeAlign: false })],
    }).trimEnd();
}
function phrasing(content) {
    const all = typeof content === 'string' ? [content] : content;
    return all.map((one) => (typeof one === 'string' ? { type: 'text', value: one } : one));
}
/**
 * A value from outside, as code: in it GitHub makes no mention, link, image, HTML, emoji or issue reference. What
 * cannot be seen is spelled out.
 */
function code(value) {
    return { type: 'inlineCode', value: shown(value) };
}
/** An address of our own, never one from outside. */
function markdown_link(url, label = url.replace(/^.*\//, '')) {
    return { type: 'link', url, children: [{ type: 'text', value: label }] };
}
function strong(value) {
    return { type: 'strong', children: [{ type: 'text', value }] };
}
function paragraph(...content) {
    return { type: 'paragraph', children: phrasing(content) };
}
function heading(...content) {
    return { type: 'heading', depth: 3, children: phrasing(content) };
}
function bullets(items) {
    return {
        type: 'list',
        ordered: false,
        spread: false,
        children: items.map((item) => ({ type: 'listItem', spread: false, children: [paragraph(...item)] })),
    };
}
/** Of numbers, in all columns but the first, or else of text. */
function table(of, header, rows) {
    const line = (cells) => ({
        type: 'tableRow',
        children: cells.map((cell) => ({ type: 'tableCell', children: phrasing(cell) })),
    });
    return {
        type: 'table',
        align: header.map((_, column) => (of === 'numbers' && column > 0 ? 'right' : 'left')),
        children: [header, ...rows].map(line),
    };
}
/** What the reader can unfold; the title holds our own words only. */
function folded(title, open, ...children) {
    return [
        html(`<details${open ? ' open' : ''}>\n<summary><b>${title}</b></summary>`),
        ...children,
        html('</details>'),
    ];
}
/** A colored box: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function markdown_alert(kind, first, ...more) {
    // As html, since the library would escape the bracket of a text.
    const label = html(`[!${kind}]`);
    return {
        type: 'blockquote',
        children: [first.length > 0 ? paragraph(label, '\n', ...first) : paragraph(label), ...more],
    };
}
/** In a cell: names of which the reader can unfold the rest. */
function unfolding(first, rest) {
    return [html('<details><summary>'), ...first, html('</summary>'), ...rest, html('</details>')];
}
/** With commas between. */
function joined(items) {
    return items.flatMap((item, i) => (i === 0 ? item : [', ', ...item]));
}
/** A value of a record; a dash where it is empty. */
function value(content) {
    const whole = textOf(content);
    return [whole === '' ? '—' : code(whole)];
}
/** Two cells; of values too long to be shown whole, what stands around their first difference. */
function bothValues(from, to) {
    const both = [textOf(from), textOf(to)];
    const isLong = both.some((one) => one.length > LONGEST_NAME / 10 && shown(one, Infinity).length > LONGEST_NAME);
    const [left, right] = isLong ? shownFromDifference(...both) : both;
    return [value(left), value(right)];
}
function textOf(content) {
    if (content === null || content === undefined)
        return '';
    if (Array.isArray(content))
        return content.join(', ');
    return typeof content === 'string' ? content : JSON.stringify(content);
}
/** `1,234 users` */
function plural(count, noun, nouns = `${noun}s`) {
    return `${grouped(count)} ${count === 1 ? noun : nouns}`;
}
function grouped(count) {
    return count.toLocaleString('en-US');
}
function html(value) {
    return { type: 'html', value };
}
/**
 * A sentence that can quote values from outside (a path, a region). What stands between backticks becomes code, and so
 * does each word that is more than letters, digits and plain punctuation: nothing in it turns into a mention or a link.
 */
function prose(sentence) {
    const brief = sentence.length > LONGEST_PROSE ? `${sentence.slice(0, LONGEST_PROSE)}…` : sentence;
    return brief
        .trimEnd()
        .split('`')
        .flatMap((part, i) => {
        if (i % 2 === 0)
            return part.split(/(?=[ \n])/).flatMap(wordOf);
        return part === '' ? [] : [code(part)];
    });
}
function wordOf(word) {
    const [, open = '', middle = '', close = ''] = /^([ \n"'(]*)(.*?)([.,;:)"'?]*)$/su.exec(word) ?? [];
    const before = open.replaceAll('\n', ' ');
    if (PLAIN_WORD.test(middle) && ![middle, middle + close].some((part) => AUTOMATIC_LINK.test(part)))
        return [before + middle + close];
    return [before, code(middle), close];
}
const PLAIN_WORD = /^[\p{L}\p{N}.,;:()'"%/…–-]*$/u;
/** What GitHub links or replaces without being asked: addresses, commits, issues, emoji. */
const AUTOMATIC_LINK = /:.*:|:\/|^www\.|^[0-9a-f]{7,40}$|^GH-\d/i;
/**
 * A value as a person can read it without being deceived: controls, format and bidirectional characters, line ends,
 * lone surrogates, private and unassigned code points, unusual spaces and piled-up accents as `\u{…}`, the middle of a long
 * value cut out.
 */
function shown(value, longest = LONGEST_NAME) {
    if (value.length <= longest) {
        const whole = spelled(value).join('');
        if (whole.length <= longest)
            return whole;
    }
    // A code unit is shown by at least one, so that what the two slices may have torn apart is cut out again.
    const room = longest - 1;
    const head = within(spelled(value.slice(0, longest)), Math.ceil(room / 2));
    const tail = within(spelled(value.slice(-longest)).reverse(), Math.floor(room / 2));
    return `${head.join('')}…${tail.reverse().join('')}`;
}
/**
 * Two values of which one is too long to be shown whole, cut so that their first difference is seen.
 */
function shownFromDifference(from, to) {
    let same = 0;
    while (same < from.length && same < to.length && from[same] === to[same])
        same++;
    /** So many code units before the difference, or one more where they would begin within a character. */
    const before = (units) => {
        const at = Math.max(0, same - units);
        return /^[\udc00-\udfff]/.test(from.slice(at)) ? at - 1 : at;
    };
    const around = from.slice(before(CONTEXT), same);
    // What is spelled needs up to ten characters.
    const start = before(shown(around) === around ? CONTEXT : CONTEXT / 10);
    if (start <= 0)
        return [from, to];
    return [`…${from.slice(start)}`, `…${to.slice(start)}`];
}
/** Of a value before its first difference, in UTF-16 code units. */
const CONTEXT = 30;
function within(pieces, room) {
    const taken = [];
    let left = room;
    for (const piece of pieces) {
        left -= piece.length;
        if (left < 0)
            break;
        taken.push(piece);
    }
    return taken;
}
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?![ \u3000])\p{Zs}/u;
const MARK = /\p{M}/u;
/** Some scripts put up to four marks on a letter; more of them cover the lines above and below. */
const MOST_MARKS = 4;
/** One string for each code point: itself, or how it is spelled. */
function spelled(value) {
    const points = Array.from(value);
    const last = points.length - 1;
    let marks = MOST_MARKS;
    return points.map((point, i) => {
        marks = MARK.test(point) ? marks + 1 : 0;
        const isStray = (point === ' ' && (i === 0 || i === last || points[i - 1] === ' ')) ||
            // Else a name could look like a spelled character, and a table would take `\\|` for the end of a cell.
            (point === '\\' && /^(?:u\{|[\\|])/.test(`${points[i + 1] ?? ''}${points[i + 2] ?? ''}`));
        if (!isStray && marks <= MOST_MARKS && !INVISIBLE.test(point))
            return point;
        return `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`;
    });
}

;// CONCATENATED MODULE: ./src/report/names.ts


/** How a report calls things: by name, and by id as well where a name can be taken for another one. */
function namesOf({ groupName, isShared, access }) {
    const shared = access === undefined ? new Set() : sharedSets(access);
    return {
        user: ({ userName, externalId }) => named(userName, externalId, isShared('users', userName)),
        group: (externalId, name = groupName(externalId)) => named(name, externalId, isShared('groups', name)),
        permissionSet: ({ name, arn }) => named(name, arn.replace(/^.*\//s, ''), shared.has(name)),
        account: ({ id, name }) => (name === null ? [code(id)] : named(name, id, true)),
        groupName,
    };
}
function named(name, id, isShared) {
    return isShared || isDeceptive(name) ? [...value(name), ' (', code(id), ')'] : value(name);
}
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
const OTHER_LETTER = /(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Common}])\p{L}/u;
/** A name that can look like another one: composed otherwise, of wide forms, or of letters of several scripts. */
function isDeceptive(name) {
    if (/^[\x20-\x7e]*$/.test(name))
        return false;
    return (name.normalize('NFKC') !== name || [...SCRIPTS, OTHER_LETTER].filter((one) => one.test(name)).length > 1);
}
/** The names that several of the permission sets bear which a report can show. */
function sharedSets({ people, assignments, permissionSets }) {
    const arns = new Map();
    const shared = new Set();
    const note = (name, arn) => {
        if (arns.has(name) && arns.get(name) !== arn)
            shared.add(name);
        arns.set(name, arn);
    };
    for (const { name, arn } of [...permissionSets.added, ...permissionSets.removed])
        note(name, arn);
    for (const { permissionSet, fields } of permissionSets.changed) {
        note(permissionSet.name, permissionSet.arn);
        note(fields.name?.from, permissionSet.arn);
    }
    for (const { permissionSet, permissionSetName } of [...assignments.added, ...assignments.removed])
        note(permissionSetName, permissionSet);
    for (const { opened, closed, administrator } of new Set(people.map(({ difference }) => difference)))
        for (const list of [opened, closed, administrator])
            for (const { permissionSet } of list)
                note(permissionSet.name, permissionSet.arn);
    return shared;
}
/** Sorts by name without regard to case, then by id. */
function sortedByName(items, nameOf) {
    return byName(items, nameOf)(items.length);
}
/** Sorted likewise; gives the first ones, and sorts little more than these. */
function byName(items, nameOf) {
    let keyed;
    let sorted = [];
    return (length) => {
        keyed ??= items.map((item) => {
            const [name, id] = nameOf(item);
            return { item, name: name.toLowerCase(), id };
        });
        if (sorted.length < Math.min(length, keyed.length))
            sorted = firstOf(keyed, Math.max(length, AT_ONCE));
        return sorted.slice(0, length).map(({ item }) => item);
    };
}
const AT_ONCE = 1000;
/** What cannot be among the first is passed by; the rest is sorted whenever it is twice as much as is wanted. */
function firstOf(items, length) {
    const compare = (a, b) => (0,canonical/* compareText */.n6)(a.name, b.name) || (0,canonical/* compareText */.n6)(a.id, b.id);
    const first = [];
    let last;
    for (const item of items) {
        if (last !== undefined && compare(item, last) >= 0)
            continue;
        first.push(item);
        if (first.length < 2 * length)
            continue;
        first.sort(compare).length = length;
        last = first.at(-1);
    }
    return first.sort(compare);
}

;// CONCATENATED MODULE: ./src/report/lists.ts


/** A list of up to so many entries is unfolded. */
const SHORT = 10;
const FIRST_STEPS = [10, 25, 50, 100];
/** Names in a cell; the others can be unfolded, or are only counted. */
const FEW = 5;
const MORE_NAMES = [25, 100, 400, Infinity];
/** A letter, two backticks, a comma and a space. */
const LEAST_BYTES_OF_NAME = 5;
function listPart({ entries, nameOf, sizeOf = () => 1, ...list }) {
    const { title, entriesAre, rank, columns, rowsOf, note = [] } = list;
    const sizeOfAll = (some, most) => some.reduce((sum, entry) => sum + sizeOf(entry, most), 0);
    const total = list.total ?? sizeOfAll(entries, Infinity);
    const heading = `${title}: ${grouped(total)}`;
    const first = nameOf === undefined ? (length) => entries.slice(0, length) : byName(entries, nameOf);
    const form = (length, most) => (room) => {
        const shown = first(length);
        // More names than that are more than the room: a cell of a million is not even made.
        const few = Math.min(most, Math.ceil(room / LEAST_BYTES_OF_NAME));
        const rows = [];
        let least = 0;
        for (const entry of shown) {
            for (const row of rowsOf(entry, few)) {
                least += leastBytes(row);
                if (least > room)
                    return undefined;
                rows.push(row);
            }
        }
        const suffix = length < entries.length ? ` (first ${grouped(length)} ${entriesAre})` : '';
        const isOpen = entries.length <= SHORT;
        const text = toText(folded(heading + suffix, isOpen, ...note, table('text', columns, rows)));
        return Buffer.byteLength(text) <= room ? { text, lists: sizeOfAll(shown, most) } : undefined;
    };
    const few = lengths(entries.length).map((length) => form(length, FEW));
    const more = MORE_NAMES.map((most) => form(entries.length, most));
    return { title, total, rank, forms: [...few, ...more] };
}
/** 10, 25, 50, 100, 200, 400 and so on, and the whole. */
function lengths(total) {
    const steps = FIRST_STEPS.filter((step) => step < total);
    for (let step = 200; step < total; step *= 2)
        steps.push(step);
    return [...steps, total];
}
/** How many of so many names are shown: the last one takes no more room than to say that there is one more. */
function shownOf(count, most) {
    return count > most + 1 ? most : count;
}
/** The first few names; the rest is folded, or counted where there is room for no more than the first. */
function someOf(items, most, show) {
    const few = shownOf(items.length, Math.min(most, FEW));
    const all = shownOf(items.length, most);
    const upTo = (from, to) => {
        const more = items.length > to ? [` and ${grouped(items.length - to)} more`] : [];
        return [...joined(items.slice(from, to).map((item) => show(item))), ...more];
    };
    return all > few ? unfolding(upTo(0, few), upTo(few, all)) : upTo(0, few);
}
/** What a row needs before anything in it is escaped. */
function leastBytes(row) {
    let bytes = 2;
    for (const cell of row) {
        bytes += 3;
        for (const one of typeof cell === 'string' ? [cell] : cell) {
            if (typeof one === 'string')
                bytes += Buffer.byteLength(one);
            else if ('value' in one)
                bytes += Buffer.byteLength(one.value);
        }
    }
    return bytes;
}

;// CONCATENATED MODULE: ./src/report/identities.ts




/** The lists of users, groups and memberships that differ, in the order in which they are read. */
function identityParts(changes, names) {
    const { users, groups } = changes;
    const { existing, following } = membershipsByCause(changes);
    return [
        memberships('Group changes of existing users', existing, 2),
        usersWith('added', 3),
        usersWith('removed', 1),
        listPart({
            title: 'Users changed',
            entriesAre: 'users',
            rank: 6,
            entries: users.changed,
            nameOf: ({ user }) => nameOfUser(user),
            columns: ['User name', 'Field', 'Before', 'Now'],
            rowsOf: ({ user, fields }) => fieldRows(names.user(user), fields),
        }),
        groupsWith('added', 4),
        groupsWith('removed', 0),
        listPart({
            title: 'Groups changed',
            entriesAre: 'groups',
            rank: 5,
            entries: groups.changed,
            nameOf: ({ group }) => [group.name, group.externalId],
            columns: ['Group', 'Field', 'Before', 'Now'],
            rowsOf({ group, fields }) {
                const { displayName, ...others } = fields;
                const isSame = displayName?.from === others.name?.from && displayName?.to === others.name?.to;
                return fieldRows(names.group(group.externalId, group.name), isSame ? others : fields);
            },
        }),
        memberships('Memberships of new users, removed users and removed groups', following, 9),
    ];
    function usersWith(verb, rank) {
        const hasMore = users[verb].some(({ tags, isMachine }) => isMachine !== null || (tags ?? []).length > 0);
        return listPart({
            title: `Users ${verb}`,
            entriesAre: 'users',
            rank,
            entries: users[verb],
            nameOf: nameOfUser,
            columns: ['User name', 'Name', 'E-mail', ...(hasMore ? ['Tags'] : [])],
            rowsOf: (user) => [
                [names.user(user), value(user.name), value(user.email), ...(hasMore ? [moreOfUser(user)] : [])],
            ],
        });
    }
    function groupsWith(verb, rank) {
        const hasMore = groups[verb].some(({ description }) => description !== '');
        return listPart({
            title: `Groups ${verb}`,
            entriesAre: 'groups',
            rank,
            entries: groups[verb],
            nameOf: ({ name, externalId }) => [name, externalId],
            columns: ['Group', 'Id', ...(hasMore ? ['Description'] : [])],
            rowsOf: ({ name, externalId, description }) => [
                [value(name), value(externalId), ...(hasMore ? [value(description)] : [])],
            ],
        });
    }
    function memberships(title, entries, rank) {
        return listPart({
            title,
            entriesAre: 'groups',
            rank,
            entries,
            nameOf: ({ id }) => [changes.groupName(id), id],
            columns: ['Group', 'Added', 'Removed'],
            rowsOf: ({ id, added, removed }, most) => [
                [names.group(id), someOf(added, most, names.user), someOf(removed, most, names.user)],
            ],
            sizeOf: ({ added, removed }, most) => shownOf(added.length, most) + shownOf(removed.length, most),
        });
    }
}
function nameOfUser({ userName, externalId }) {
    return [userName, externalId];
}
/** What changed for people who stay, and what follows because a user came or went, or a group went. */
function membershipsByCause({ users, groups, memberships }) {
    const existing = new Map();
    const following = new Map();
    const groupsGone = new Set(groups.removed.map(({ externalId }) => externalId));
    for (const verb of ['added', 'removed']) {
        const cameOrWent = new Set(users[verb].map(({ externalId }) => externalId));
        const { users: changed, memberships: lists } = memberships[verb];
        for (const [number, user] of sortedByName([...changed.entries()], ([, user]) => nameOfUser(user))) {
            const hasCause = cameOrWent.has(user.externalId);
            for (const id of (0,snapshot_memberships/* idsOf */.UX)(lists, lists.groupsOf(number))) {
                const map = hasCause || (verb === 'removed' && groupsGone.has(id)) ? following : existing;
                let members = map.get(id);
                if (members === undefined) {
                    members = { id, added: [], removed: [] };
                    map.set(id, members);
                }
                members[verb].push(user);
            }
        }
    }
    return { existing: [...existing.values()], following: [...following.values()] };
}
/** What is imported of a user besides name and address. */
function moreOfUser({ tags, isMachine }) {
    const machine = isMachine === null ? [] : [['Machine ', code(String(isMachine))]];
    return listed([...(tags ?? []).map((tag) => [...value(tag.key), ' ', ...value(tag.value)]), ...machine]);
}
/** With commas between; a dash for none. */
function listed(items) {
    return items.length === 0 ? ['—'] : joined(items);
}
/** Of users, groups and permission sets. */
const FIELDS = {
    name: 'Name',
    userName: 'User name',
    email: 'E-mail',
    isMachine: 'Machine',
    displayName: 'Display name',
    description: 'Description',
    parentGroupExternalIds: 'Parent groups',
    sessionDuration: 'Session duration',
    managedPolicies: 'AWS managed policies',
    customerManagedPolicies: 'Customer managed policies',
    inlinePolicy: 'Inline policy',
    permissionsBoundary: 'Permissions boundary',
};
function fieldRows(name, fields) {
    return Object.entries(fields).flatMap(([field, change]) => {
        if (change === undefined)
            return [];
        if (field === 'tags')
            return tagRows(name, change);
        return [[name, FIELDS[field] ?? 'Field', ...bothValues(change.from, change.to)]];
    });
}
/** A row for each key whose tags differ, of which it can have several; one for their order where that differs. */
function tagRows(name, { from, to }) {
    // The comparison hands on the record's own values: Tag[] or null.
    const before = (from ?? []);
    const now = (to ?? []);
    const keys = new Set([...before, ...now].map(({ key }) => key));
    const rows = [...keys].flatMap((key) => {
        const left = before.filter((tag) => tag.key === key);
        const right = now.filter((tag) => tag.key === key);
        if (same(left, right))
            return [];
        const [old] = left;
        const [recent] = right;
        const isPair = left.length === 1 && right.length === 1 && old?.source === recent?.source;
        const cells = isPair && old?.value !== '' && recent?.value !== ''
            ? bothValues(old?.value, recent?.value)
            : [tagValues(left, right), tagValues(right, left)];
        return [[name, ['Tag ', ...value(key)], ...cells]];
    });
    if (rows.length > 0)
        return rows;
    const order = (tags) => listed(tags.map(({ key }) => value(key)));
    return [[name, 'Order of tags', order(before), order(now)]];
}
function same(left, right) {
    const values = (tags) => JSON.stringify(tags.map(({ value, source }) => [value, source]));
    return values(left) === values(right);
}
/** Each value by itself, with its source where the two sides differ in one. */
function tagValues(tags, others) {
    const sources = new Set([...tags, ...others].map(({ source }) => source));
    return listed(tags.map((tag) => [
        ...(tag.value === '' ? ['empty'] : value(tag.value)),
        ...(sources.size > 1 ? [' of ', ...value(tag.source)] : []),
    ]));
}

;// CONCATENATED MODULE: ./src/report/access.ts






/** Rows that the first lines name. */
const FIRST_ROWS = 5;
/** What a reader must see first: who becomes an administrator, and how much is opened and closed. */
function describeAccess({ counts, people }, names) {
    const { opened, closed, administratorsAdded: administrators } = counts;
    const privileged = people.filter(({ difference }) => difference.counts.privileged > 0).length;
    const who = administrators === 0
        ? 'Nobody becomes an administrator'
        : plural(administrators, 'person becomes an administrator', 'people become administrators');
    const others = `${administrators === 0 ? 'but' : 'and'} ${plural(privileged, 'person gains', 'people gain')} privileged access`;
    const sums = [
        strong(privileged === 0 ? `${who}.` : `${who}, ${others}.`),
        ` Access: ${grouped(opened)} opened, ${grouped(closed)} closed.`,
    ];
    if (administrators + privileged === 0)
        return paragraph(...sums);
    const kind = administrators > 0 ? 'CAUTION' : 'WARNING';
    if (names === undefined)
        return markdown_alert(kind, sums);
    const gained = rowsOf(people, names, administrators > 0 ? newAdministratorOf : privilegedOf);
    const promoted = rowsOf(people, names, promotedOf);
    const items = [
        ...gained.map((row) => lineOf(row, names)),
        ...promoted.map((row) => [...lineOf(row, names), ', because the permission set changed']),
    ];
    const first = items.slice(0, FIRST_ROWS);
    if (items.length > first.length)
        first.push([`And ${grouped(items.length - first.length)} more, below.`]);
    return markdown_alert(kind, sums, bullets(first));
}
function lineOf(row, names) {
    return [
        ...someOf(row.users, row.users.length > 3 ? 1 : 3, names.user),
        ': ',
        ...names.permissionSet(row.permissionSet),
        ' in ',
        ...someOf(row.accounts, 3, names.account),
        row.groups.length > 0 ? ', through ' : ', assigned ',
        ...through(row, 3, names),
    ];
}
/** Opened and closed, administrators first; then what made it so: permission sets and assignments that differ. */
function accessParts({ counts, people, assignments, permissionSets }, names) {
    const opened = rowsOf(people, names, (difference) => difference.opened);
    const closed = rowsOf(people, names, (difference) => difference.closed);
    return [
        accessPart('Administrators through a changed permission set', -3, rowsOf(people, names, promotedOf)),
        accessPart('Access opened', -2, opened, counts.opened),
        accessPart('Access closed', -1, closed, counts.closed, [sessionsNote(closed)]),
        changedSets(),
        changedAssignments(),
    ];
    function accessPart(title, rank, entries, total, note = []) {
        return listPart({
            title,
            entriesAre: 'rows',
            rank,
            entries,
            columns: ['User', 'Permission set', 'Account', 'Through'],
            rowsOf: (row, most) => [
                [
                    someOf(row.users, most, names.user),
                    [...names.permissionSet(row.permissionSet), ' (', ...grade(row.permissionSet, row.level), ')'],
                    someOf(row.accounts, most, names.account),
                    through(row, most, names),
                ],
            ],
            sizeOf: ({ users, accounts }, most) => shownOf(users.length, most) * shownOf(accounts.length, most),
            total,
            note,
        });
    }
    function changedSets() {
        const { added, removed, changed } = permissionSets;
        const entries = [
            ...added.map((set) => ({ set, rows: [[names.permissionSet(set), 'Added', '', grade(set)]] })),
            ...removed.map((set) => ({ set, rows: [[names.permissionSet(set), 'Removed', grade(set), '']] })),
            ...changed.map(({ permissionSet: set, fields }) => {
                const before = Object.entries(fields).map(([field, { from }]) => [field, from]);
                // The comparison hands on the record's own values.
                const was = (0,levels/* levelOf */.I)({ ...set, ...Object.fromEntries(before) });
                const is = (0,levels/* levelOf */.I)(set);
                const name = names.permissionSet(set);
                const level = was === is ? [] : [[name, 'Level', levelName(was), levelName(is)]];
                return { set, rows: [...level, ...fieldRows(name, fields)] };
            }),
        ];
        return listPart({
            title: 'Permission set changes',
            entriesAre: 'permission sets',
            rank: 7,
            entries,
            nameOf: ({ set }) => [set.name, set.arn],
            columns: ['Permission set', 'Field', 'Before', 'Now'],
            rowsOf: ({ rows }) => rows,
        });
    }
    function changedAssignments() {
        return listPart({
            title: 'Assignment changes',
            entriesAre: 'assignments',
            rank: 8,
            entries: [
                ...assignments.added.map((one) => ({ ...one, what: 'Added' })),
                ...assignments.removed.map((one) => ({ ...one, what: 'Removed' })),
            ],
            nameOf: ({ principalName, principalId }) => [principalName, principalId],
            columns: ['', 'Assigned to', 'Permission set', 'Account'],
            rowsOf: ({ what, principalType, principalId, principalName, permissionSetName, ...one }) => [
                [
                    what,
                    principalType === 'GROUP'
                        ? names.group(principalId, principalName)
                        : names.user({ userName: principalName, externalId: principalId }),
                    names.permissionSet({ name: permissionSetName, arn: one.permissionSet }),
                    names.account({ id: one.account, name: one.accountName }),
                ],
            ],
        });
    }
}
const newAdministratorOf = (difference) => {
    const promoted = new Set(promotedOf(difference));
    return difference.administrator.filter((grant) => !promoted.has(grant));
};
const privilegedOf = ({ opened }) => opened.filter(({ level }) => level === 'privileged');
/** Administrator sets that were held before, when they were none. */
const promotedOf = ({ opened, administrator }) => {
    const pairs = new Set(opened.map(pairKey));
    return administrator.filter((grant) => !pairs.has(pairKey(grant)));
};
function pairKey({ account, permissionSet }) {
    return `${account.id} ${permissionSet.arn}`;
}
/** By level, then by names: of the permission set, the groups, the account and the people. */
function rowsOf(people, names, grantsOf) {
    const sharing = new Map();
    for (const { user, difference } of people) {
        const users = sharing.get(difference);
        if (users === undefined)
            sharing.set(difference, [user]);
        else
            users.push(user);
    }
    const alike = [...sharing];
    // First everybody who gets a pair in the same way, then the accounts in which the very same people do.
    const ways = new Map();
    for (const [index, [difference]] of alike.entries()) {
        for (const grant of grantsOf(difference)) {
            const key = `${pairKey(grant)} ${String(grant.isDirect)} ${grant.groups.join(' ')}`;
            const way = ways.get(key) ?? { grant, who: [] };
            ways.set(key, way);
            way.who.push(index);
        }
    }
    const rows = new Map();
    const everybody = new Map();
    for (const { grant, who } of ways.values()) {
        const { account, ...way } = grant;
        const whoKey = who.join(' ');
        const key = `${way.permissionSet.arn} ${String(way.isDirect)} ${way.groups.join(' ')} ${whoKey}`;
        const users = everybody.get(whoKey) ?? usersByName(who.flatMap((index) => alike[index]?.[1] ?? []));
        everybody.set(whoKey, users);
        const row = rows.get(key) ?? { ...way, users, accounts: [] };
        rows.set(key, row);
        row.accounts.push(account);
    }
    return [...rows.values()]
        .map((row) => {
        const { level, permissionSet, groups, users } = row;
        const accounts = sortedByName(row.accounts, ({ id, name }) => [name ?? id, id]);
        const place = [
            permissionSet.name,
            ...groups.map(names.groupName),
            accounts[0]?.name,
            users[0]?.userName,
        ];
        return {
            row: { ...row, accounts },
            level: levels/* LEVELS */.A.indexOf(level),
            place: place.join('\n').toLowerCase(),
        };
    })
        .sort((a, b) => a.level - b.level || (0,canonical/* compareText */.n6)(a.place, b.place))
        .map(({ row }) => row);
}
function usersByName(users) {
    return sortedByName(users, ({ userName, externalId }) => [userName, externalId]);
}
function through({ groups, isDirect }, most, names) {
    const direct = groups.length === 0 ? 'directly' : ' and directly';
    return [...someOf(groups, most, names.group), ...(isDirect ? [direct] : [])];
}
function levelName(level) {
    return [level === 'administrator' || level === 'privileged' ? strong(level) : level];
}
/** `administrator, 12 h session` */
function grade(set, level = (0,levels/* levelOf */.I)(set)) {
    const session = `${durationOf(minutesOf(set))} session`;
    return level === 'other' ? [session] : [...levelName(level), `, ${session}`];
}
function sessionsNote(rows) {
    const longest = rows.reduce((most, row) => Math.max(most, minutesOf(row.permissionSet)), 0);
    return paragraph(`Sessions that are open now last until they expire, up to ${durationOf(longest)}.`);
}
/** `12 h`, `1 h 30 min` */
function durationOf(minutes) {
    if (minutes === 0)
        return 'unknown';
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (rest === 0)
        return `${hours} h`;
    return hours === 0 ? `${rest} min` : `${hours} h ${rest} min`;
}
/** Of the durations that AWS takes (1 to 12 hours); 0 for others. */
function minutesOf({ sessionDuration }) {
    const [, hours = '0', minutes = '0'] = /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?$/.exec(sessionDuration) ?? [];
    return Number(hours) * 60 + Number(minutes);
}

;// CONCATENATED MODULE: ./src/report/fit.ts
/**
 * Puts together what fits into a budget (bytes of UTF-8): the head, what is said about what was left out, the parts in their
 * order, the foot. Each part is whole, whole in a shorter form, or absent; nothing is cut in its middle.
 *
 * All parts get their shortest form first, by rank, then the next one, so that a long list does not push out a short
 * one. Texts are made only as far as they fit.
 */
function fit(budget, head, parts, foot, describeLeftOut) {
    const worst = describeLeftOut(parts.map(({ title, total }) => ({ title, missing: total, total })));
    let room = budget - sizeOf(head) - sizeOf(foot) - sizeOf(worst);
    const states = parts.map((part) => ({ ...part, next: 0, lists: 0, text: '' }));
    let growing = states.toSorted((a, b) => a.rank - b.rank);
    while (growing.length > 0) {
        growing = growing.filter((state) => {
            const longer = state.forms[state.next++]?.(room + sizeOf(state.text) - SEPARATOR.length);
            if (longer === undefined)
                return false;
            room += sizeOf(state.text) - sizeOf(longer.text);
            Object.assign(state, longer);
            return state.lists < state.total;
        });
    }
    const leftOut = states
        .filter(({ lists, total }) => lists < total)
        .map(({ title, total, lists }) => ({ title, missing: total - lists, total }));
    const texts = [
        head,
        leftOut.length > 0 ? describeLeftOut(leftOut) : '',
        ...states.map(({ text }) => text),
        foot,
    ];
    return `${texts.filter((text) => text !== '').join(SEPARATOR)}\n`;
}
const SEPARATOR = '\n\n';
function sizeOf(text) {
    return text === '' ? 0 : Buffer.byteLength(text + SEPARATOR);
}

;// CONCATENATED MODULE: ./src/report/review.ts

/** How many there are, and how many of each deserve a look; never who. */
function describeReview(counts) {
    if (counts === undefined)
        return [];
    const of = (some, all) => `${grouped(some)} of ${grouped(all)}`;
    const { isStatusKnown, disabledWithAccess } = counts;
    return [
        heading('Access review'),
        table('numbers', ['', 'Count'], [
            ['People with access', of(counts.peopleWithAccess, counts.people)],
            ['Lines (person, account, permission set, way)', grouped(counts.lines)],
            ['Administrators', grouped(counts.administrators)],
            [
                'Accounts with fewer than two administrators',
                of(counts.accountsWithFewAdministrators, counts.accounts),
            ],
            ['Direct assignments', of(counts.directAssignments, counts.assignments)],
            ['Groups with assignments and nobody in them', grouped(counts.emptyGroups)],
            [
                'Disabled people with access',
                isStatusKnown ? grouped(disabledWithAccess) : 'not known, without the tag Status',
            ],
        ]),
    ];
}

;// CONCATENATED MODULE: ./src/report/report.ts







/**
 * GitHub says "maximum is 65536 characters". Measured elsewhere: 65,536 code points for the body of a pull request, 262,144 bytes
 * for a comment (https://github.com/dead-claudia/github-limits/pull/13). Counted in bytes of UTF-8, which is the strictest.
 */
const COMMENT_BUDGET = 65_536;
/**
 * 1 MiB a step, else the whole summary is dropped; less a margin.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const SUMMARY_BUDGET = 1_000_000;
/** The `report-file`: Markdown that fits the body of a pull request. */
function renderReport(input) {
    return render(input, COMMENT_BUDGET, { foot: describeReview(input.review) });
}
/**
 * A pull request comment. Its first line is the marker, an HTML comment by which the caller finds it again. Without
 * changes, and with a comment `existing` from an earlier run, it says that there are none any more.
 */
function renderComment(input, marker, existing = false) {
    return render(input, COMMENT_BUDGET, { marker, existing });
}
/** The job summary, with how the run went. */
function renderSummary(input) {
    const foot = [...describeReview(input.review), ...describeRun(input.run)];
    return render(input, SUMMARY_BUDGET, { foot });
}
/** Whether the comparison found any change. */
function hasChanges(changes) {
    return total(changes) > 0;
}
function render(input, budget, { marker, existing = false, foot = [] }) {
    const { comparison, detail } = input;
    const { changes } = comparison ?? {};
    const { access } = changes ?? {};
    const names = changes !== undefined && detail === 'full' ? namesOf(changes) : undefined;
    const head = toText([
        titleOf(input, existing),
        ...describeRefusal(input),
        ...(access === undefined ? [] : [describeAccess(access, names)]),
        counted(input),
        describeOrigin(input),
        ...remarks(input),
    ]);
    const parts = changes === undefined || names === undefined ? [] : listsOf(changes, names);
    return fit(budget, marker === undefined ? head : `${marker}\n${head}`, parts, toText(foot), describeLeftOut);
}
/** Report, comment and summary show the same lists, and to sort and group these is most of the work. */
const knownLists = new WeakMap();
function listsOf(changes, names) {
    const known = knownLists.get(changes);
    if (known !== undefined)
        return known;
    const ofAccess = changes.access === undefined ? [] : accessParts(changes.access, names);
    const lists = [...ofAccess, ...identityParts(changes, names)].filter(({ total }) => total > 0);
    knownLists.set(changes, lists);
    return lists;
}
function titleOf({ kind, comparison, origin }, existing) {
    const store = ['Identity store of account ', code(origin.account)];
    if (comparison === undefined)
        return heading(...store);
    const changes = total(comparison.changes);
    const what = changes === 0 ? `no changes${existing ? ' any more' : ''}` : plural(changes, 'change');
    const end = kind === 'aws' && comparison.verdict.refused ? ', refused' : '';
    return heading(...store, `: ${what}${end}`);
}
function counted({ counts, accessCounts, comparison }) {
    if (comparison === undefined) {
        const rows = [
            ['Users', counts.users],
            ['Groups', counts.groups],
            ['Memberships', counts.memberships],
        ];
        if (accessCounts !== undefined)
            rows.push(['Assignments', accessCounts.assignments]);
        return table('numbers', ['', 'Count'], rows.map(([label, count]) => [label, grouped(count)]));
    }
    const { baseline, counts: changed, access } = comparison.changes;
    const rows = [
        row('Users', baseline.users, changed.users, counts.users),
        row('Groups', baseline.groups, changed.groups, counts.groups),
        row('Memberships', baseline.memberships, changed.memberships, counts.memberships),
    ];
    if (access !== undefined)
        rows.push(row('Assignments', access.assignmentsBefore, access.counts.assignments, access.assignmentsNow));
    return table('numbers', ['', 'Before', 'Added', 'Removed', 'Changed', 'Now'], rows);
}
function row(label, before, { added, removed, changed }, now) {
    const difference = (count, sign) => [count === 0 ? '0' : strong(`${sign}${grouped(count)}`)];
    return [
        label,
        before === null ? '—' : grouped(before),
        difference(added, '+'),
        difference(removed, '−'),
        changed === undefined ? '' : difference(changed, ''),
        grouped(now),
    ];
}
/** The account is in the title. */
function describeOrigin({ kind, origin, comparison }) {
    const { account, ownerAccount, identityStoreId, region } = origin;
    return paragraph(`${kind === 'aws' ? 'Read from AWS' : 'From a snapshot'}, identity store `, code(identityStoreId), ', region ', code(region), ...(ownerAccount === null || ownerAccount === account
        ? []
        : [', instance of account ', code(ownerAccount)]), ...(comparison === undefined ? [] : [', compared with ', ...describeBaseline(comparison.baseline)]), '.');
}
function describeBaseline({ kind, reference }) {
    if (kind === 'path')
        return ['the snapshot in ', code(reference)];
    if (kind === 'artifact')
        return ['artifact ', code(reference)];
    return ['commit ', code(reference.slice(0, 12))];
}
function remarks({ comparison, detail, run, runUrl, warnings, guide }) {
    const notes = [...(run?.notes ?? []), ...(comparison?.notes ?? [])].map(prose).slice(0, MOST_REMARKS);
    if (comparison !== undefined)
        notes.push(...describeEffects(comparison.changes));
    if (comparison !== undefined && detail === 'counts' && hasChanges(comparison.changes))
        notes.push([
            ...['Names are hidden here. To show them, set the input ', code('detail'), ' to ', code('full'), '.'],
            ...(runUrl === undefined ? [] : [' What else there is: ', markdown_link(runUrl, 'the run'), '.']),
        ]);
    return [
        ...remark('WARNING', warnings.map(prose)),
        ...(guide === undefined ? [] : [paragraph('How to set up a baseline: ', markdown_link(guide), '.')]),
        ...remark('NOTE', notes),
    ];
}
/** What the counts of changes do not say. */
function describeEffects({ emailsLost, madeAgain: { users, groups }, access }) {
    const effects = [];
    if (emailsLost > 0)
        effects.push([
            `${plural(emailsLost, 'user')} in both snapshots no longer ${emailsLost === 1 ? 'has' : 'have'} an e-mail address.`,
        ]);
    const again = [
        ...(users.length > 0 ? [plural(users.length, 'user')] : []),
        ...(groups.length > 0 ? [plural(groups.length, 'group')] : []),
    ];
    if (again.length > 0)
        effects.push([
            `Deleted and created again under the same name: ${again.join(', ')}. What AWS had assigned to the old ids is gone.`,
        ]);
    if (access?.assumed === true)
        effects.push([
            'The baseline holds no assignments, so the current ones are used for both sides: access opens and closes here only by changes of users, groups and memberships.',
        ]);
    return effects;
}
/** So that a head of nothing but remarks is far below the least budget. */
const MOST_REMARKS = 10;
function remark(kind, sentences) {
    const few = sentences.slice(0, MOST_REMARKS + 2);
    if (sentences.length > few.length)
        few.push([`And ${grouped(sentences.length - few.length)} more, in the log.`]);
    const [only] = few;
    if (only === undefined)
        return [];
    return [few.length === 1 ? markdown_alert(kind, only) : markdown_alert(kind, [], bullets(few))];
}
function describeRefusal({ kind, comparison }) {
    if (comparison?.verdict.refused !== true)
        return [];
    const { verdict } = comparison;
    const losses = bullets(verdict.checks.filter(guard/* isExceeded */.ET).map((check) => [(0,guard/* describeLoss */.$4)(check)]));
    const limit = [code('max-removals'), ' allows.'];
    if (kind === 'directory') {
        const end = ' This is a warning: the review decides.';
        return [markdown_alert('WARNING', [strong('More is removed'), ' than ', ...limit, end], losses)];
    }
    const advice = paragraph('If this is intended, set ', code('max-removals'), ' to ', code((0,guard/* sufficientLimit */.qy)(verdict)), ' for one run. If not, look at what changed in IAM Identity Center.');
    const refused = [strong('Refused: nothing was written.'), ' More would be removed than ', ...limit];
    return [markdown_alert('CAUTION', refused, losses, advice)];
}
function describeLeftOut(leftOut) {
    const items = leftOut.map(({ title, missing, total }) => [
        `${title}: ${grouped(missing)} of ${grouped(total)}`,
    ]);
    const first = [
        strong('Not everything fits here.'),
        ' Left out, but in the output ',
        code('changes-file'),
        ':',
    ];
    return toText([markdown_alert('NOTE', first, bullets(items))]);
}
function describeRun(run) {
    if (run === undefined)
        return [];
    const { seconds, ratePerSecond, limitPerSecond, direction, accessWay } = run;
    const calls = Object.entries(run.calls).filter(([, count]) => count > 0);
    const rows = calls.map(([operation, count]) => [[code(operation)], grouped(count)]);
    rows.push(['Time', `${seconds.toFixed(1)} s`]);
    // A short reading is all burst, and has no rate yet.
    if (seconds >= STEADY_SECONDS)
        rows.push([
            accessWay === undefined ? 'Calls per second' : 'Identity Store calls per second',
            `${ratePerSecond.toFixed(1)} (limit ${limitPerSecond})`,
        ]);
    rows.push(['Throttled', grouped(run.throttles)], ['Retries', grouped(run.retries)]);
    if (direction !== null)
        rows.push(['Memberships read', direction]);
    if (accessWay !== undefined)
        rows.push(['Assignments read', accessWay]);
    const sum = calls.reduce((sum, [, count]) => sum + count, 0);
    return folded('How the identity store was read', false, table('numbers', ['Calls', grouped(sum)], rows));
}
/** From here on the first burst is less than a tenth of the calls. */
const STEADY_SECONDS = 10;
/** Access that is opened or closed is no change of its own: one of these is behind it. */
function total({ counts: { users, groups, memberships }, access }) {
    const { assignments, permissionSets } = access?.counts ?? {};
    return [users, groups, memberships, assignments, permissionSets]
        .flatMap((kind) => Object.values(kind ?? {}))
        .reduce((sum, count) => sum + count, 0);
}


/***/ })

};
