export const id = 748;
export const ids = [748,431];
export const modules = {

/***/ 1162:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c4: () => (/* binding */ isNotFound),
/* harmony export */   iT: () => (/* binding */ adviseAws),
/* harmony export */   lP: () => (/* binding */ deniedOperation),
/* harmony export */   oB: () => (/* binding */ isPlainDenial),
/* harmony export */   qj: () => (/* binding */ actionOf),
/* harmony export */   rl: () => (/* binding */ causeOf)
/* harmony export */ });
/* unused harmony export ACTIONS */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3916);
/* harmony import */ var _faults_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6335);
/* harmony import */ var _regions_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2386);



/**
 * Turns what a call threw into one sentence that says what to do. What is not a failure of AWS, of the credentials or of
 * the network comes back as it is: a bug.
 */
function adviseAws(operation, error, context) {
    // Of a call that was given up at its deadline: a throttled key is known by the last answer only.
    const cause = error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo ? error.cause : error;
    const aws = (0,_faults_js__WEBPACK_IMPORTED_MODULE_1__/* .readAwsError */ .SM)(cause);
    const { name, status } = aws;
    const advise = (kind, message) => new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(kind, message, { cause });
    if (aws.reason !== undefined && /^KMS/i.test(aws.reason)) {
        // Identity Store says KMS_ACCESS_DENIED, sso-admin KMS_AccessDeniedException: one spelling for both.
        const reason = aws.reason.replace(/_|Exception$/g, '').toUpperCase();
        const message = `The customer managed KMS key of IAM Identity Center ${keyAdvice(reason, `(${operation}, ${aws.reason})`, operation, context)}`;
        return advise(KMS_KINDS[reason] ?? 'precondition', message);
    }
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
        return error;
    if (error instanceof _faults_js__WEBPACK_IMPORTED_MODULE_1__/* .MalformedAnswer */ .ol)
        return advise('unavailable', `AWS sent an unexpected response to ${operation} (${error.message}). Nothing was written. Run again later, and check for a proxy that alters responses.`);
    const credentials = credentialsAdvice(operation, aws, context);
    if (credentials !== undefined)
        return advise('credentials', credentials);
    if (DENIED.has(name) || status === 403)
        return new DeniedCall(operation, denialAdvice(operation, aws, context), cause);
    const request = requestAdvice(operation, aws, context);
    if (request !== undefined)
        return advise('precondition', request);
    const network = networkAdvice(operation, aws, context);
    if (network !== undefined)
        return advise('unavailable', network);
    if (aws.message.startsWith('Region not accepted'))
        return advise('parameters', `aws-region: "${context.region}" is not the name of an AWS region. Use a name such as eu-west-1.`);
    if (status === undefined)
        return error;
    return advise(status >= 500 || status === 200 ? 'unavailable' : 'precondition', `AWS answered ${operation} with ${name} (HTTP ${String(status)}). Look up this error in the API reference of the service, or run again with debug logging for details.`);
}
/** A refusal of AWS, with what was refused. */
class DeniedCall extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo {
    operation;
    constructor(operation, message, cause) {
        super('permission', message, { cause });
        this.operation = operation;
    }
}
/** The operation that was denied, where the denial is about the IAM action. */
function deniedOperation(error) {
    return error instanceof DeniedCall && isPlainDenial(error) ? error.operation : undefined;
}
/** True for a denial that is about the IAM action, not about a customer's key; also of an error with advice. */
function isPlainDenial(error) {
    const { name, reason } = causeOf(error);
    return DENIED.has(name) && reason === undefined;
}
/** True where AWS knows no such thing, and not because of a customer's key; also of an error with advice. */
function isNotFound(error) {
    const { name, reason } = causeOf(error);
    return name === 'ResourceNotFoundException' && reason === undefined;
}
/** What AWS said, also of an error with advice. */
function causeOf(error) {
    return (0,_faults_js__WEBPACK_IMPORTED_MODULE_1__/* .readAwsError */ .SM)(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo ? error.cause : error);
}
const EXPIRED = new Set([
    'ExpiredToken',
    'ExpiredTokenException',
    'TokenRefreshRequired',
    'RequestExpiredException',
]);
const WRONG_KEYS = new Set([
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'InvalidAccessKeyId',
    'IncompleteSignature',
    'IncompleteSignatureException',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'AuthFailure',
]);
const WRONG_TOKEN = new Set(['InvalidIdentityToken', 'InvalidIdentityTokenException']);
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'ProviderError', 'TokenProviderError']);
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const DENIED = new Set([
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'NotAuthorized',
    'ForbiddenException',
]);
const UNREACHABLE = new Set([
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
]);
const OF_SET = ['instance', 'permissionSet'];
/** The services, and the kinds of resources that each IAM action is checked against (the service authorization reference). */
const ACTIONS = {
    GetCallerIdentity: { service: 'sts', types: [] },
    ListInstances: { service: 'sso', types: [] },
    ListUsers: { service: 'identitystore', types: ['user'] },
    ListGroups: { service: 'identitystore', types: ['group'] },
    ListGroupMemberships: { service: 'identitystore', types: ['group', 'membership'] },
    ListGroupMembershipsForMember: { service: 'identitystore', types: ['user', 'membership'] },
    ListPermissionSets: { service: 'sso', types: ['instance'] },
    ListAccountsForProvisionedPermissionSet: { service: 'sso', types: OF_SET },
    ListAccountAssignments: { service: 'sso', types: ['instance', 'permissionSet', 'account'] },
    ListAccountAssignmentsForPrincipal: { service: 'sso', types: ['instance'] },
    DescribePermissionSet: { service: 'sso', types: OF_SET },
    ListManagedPoliciesInPermissionSet: { service: 'sso', types: OF_SET },
    ListCustomerManagedPolicyReferencesInPermissionSet: { service: 'sso', types: OF_SET },
    GetInlinePolicyForPermissionSet: { service: 'sso', types: OF_SET },
    GetPermissionsBoundaryForPermissionSet: { service: 'sso', types: OF_SET },
    ListAccounts: { service: 'organizations', types: [] },
};
/** The IAM action of an operation, and what it is allowed on, as a sentence names them. */
function actionOf(operation, context) {
    const { service, types } = ACTIONS[operation];
    const { id: partition } = (0,_regions_js__WEBPACK_IMPORTED_MODULE_2__/* .partitionOf */ .R)(context.region);
    const { account, instanceArn = `arn:${partition}:sso:::instance/*`, identityStoreId = '*' } = context;
    const instance = instanceArn.slice(instanceArn.lastIndexOf('/') + 1);
    const resources = service === 'identitystore'
        ? [
            `arn:${partition}:identitystore::${account}:identitystore/${identityStoreId}`,
            ...types.map((type) => `arn:${partition}:identitystore:::${type}/*`),
        ]
        : types.map((type) => {
            if (type === 'instance')
                return instanceArn;
            return `arn:${partition}:sso:::${type}/${type === 'permissionSet' ? `${instance}/*` : '*'}`;
        });
    return `${service}:${operation} on ${resources.length === 0 ? '*' : resources.join(', ')}`;
}
function credentialsAdvice(operation, aws, context) {
    const { name, code, message } = aws;
    if ((0,_faults_js__WEBPACK_IMPORTED_MODULE_1__/* .isWrongClock */ .MR)(name, message))
        return `The clock of this machine is wrong, so AWS rejected the signature of ${operation}. Correct the clock of the runner (NTP), then run again.`;
    if (EXPIRED.has(name)) {
        const how = context.profile === undefined
            ? 'Assume the role in the step right before this one, with a role-duration-seconds longer than the sync'
            : `Renew the credentials of the profile "${context.profile}" (with aws sso login if it uses IAM Identity Center)`;
        return `The credentials of this run have expired (${operation}). ${how}.`;
    }
    if (WRONG_KEYS.has(name))
        return `AWS rejected the credentials of this run (${name} on ${operation}). Check the access key, secret key and session token, or get new ones with aws-actions/configure-aws-credentials.`;
    if (WRONG_TOKEN.has(name))
        return 'AWS rejected the web identity token. Check that the account has an OIDC identity provider for token.actions.githubusercontent.com with the audience of the token, and that the role trusts it.';
    if (NO_CREDENTIALS.has(name))
        return missingCredentialsAdvice(message, context);
    if (code === 'ENOENT' && operation === 'GetCallerIdentity')
        return 'AWS_WEB_IDENTITY_TOKEN_FILE points to a file that does not exist. Check the variable, or the volume that should contain the token.';
    return undefined;
}
function missingCredentialsAdvice(message, { profile, environment }) {
    if (/SSO session|sso login|Token is expired/i.test(message))
        return `The login of the profile "${profile ?? 'default'}" is missing or has expired. Run aws sso login with that profile, or use a role with OIDC.`;
    if (profile !== undefined)
        return `The profile "${profile}" provides no credentials. Check its keys, source_profile or credential_process in ~/.aws/config and ~/.aws/credentials.`;
    const isSet = (name) => (environment[name] ?? '') !== '';
    const [missing, ...none] = KEYS.filter((name) => !isSet(name));
    if (missing !== undefined && none.length === 0)
        return `${missing} is not set, but ${KEYS.find(isSet) ?? ''} is, so there are no AWS credentials. Set both. A secret that does not exist in this repository is an empty string.`;
    const lacksToken = environment['GITHUB_ACTIONS'] === 'true' && !isSet('ACTIONS_ID_TOKEN_REQUEST_URL');
    const permission = lacksToken
        ? ' For OIDC the job also needs the permission "id-token: write", which is missing.'
        : '';
    return `No AWS credentials were found. Assume a role with aws-actions/configure-aws-credentials in an earlier step, or set aws-profile.${permission}`;
}
function denialAdvice(operation, aws, context) {
    if (operation === 'GetCallerIdentity')
        return 'AWS denied assuming the role of this run. Check that the trust policy of the role allows this caller (for OIDC: the provider, the audience sts.amazonaws.com and the subject of the repository), and that the account ID in the role ARN is right.';
    if (ACTIONS[operation].service === 'identitystore' && /network|vpc|source ?ip/i.test(aws.message))
        return `The network configuration of identity store ${context.identityStoreId ?? ''} blocks this runner (${operation}). Allow its address or VPC endpoint there, or use a self-hosted runner inside the allowed network.`;
    return `AWS denied ${operation}. Allow the IAM action ${actionOf(operation, context)} for the role of this run, and check service control policies.`;
}
function requestAdvice(operation, aws, context) {
    const { name, message } = aws;
    const { region, identityStoreId, instanceArn = '' } = context;
    const isInvalid = name === 'ValidationException';
    if (!isInvalid && name !== 'ResourceNotFoundException')
        return undefined;
    if (ACTIONS[operation].service === 'sso' && operation !== 'ListInstances')
        return isInvalid && /not supported/i.test(message)
            ? `This is an account instance of IAM Identity Center, which has no permission sets (${operation}). Set access: none, or set aws-identity-store-id to the instance of the organization.`
            : `AWS did not find what ${operation} asked for in instance ${instanceArn} in ${region} (${name}). Check aws-region and aws-identity-store-id, or set access: none to leave out permission sets.`;
    return isInvalid
        ? `AWS rejected ${operation} as invalid for identity store ${identityStoreId ?? '(none)'} in ${region}. Check aws-identity-store-id and aws-region.`
        : `AWS found no identity store ${identityStoreId ?? ''} in ${region} (${operation}). Check aws-identity-store-id and aws-region.`;
}
function networkAdvice(operation, aws, { region }) {
    const { code = '', message } = aws;
    if (code === 'ENOTFOUND')
        return `The AWS endpoint for region "${region}" could not be resolved (${operation}). Check the spelling of aws-region, and the runner's DNS or proxy (HTTPS_PROXY, NO_PROXY).`;
    if (code === 'ERR_PROXY_TUNNEL')
        return / 407\b/.test(message)
            ? `The proxy requires a user name and password for ${operation} (HTTP 407). Add them to HTTPS_PROXY (http://user:password@host:port, from a secret), or add the AWS host to NO_PROXY.`
            : `The proxy in HTTPS_PROXY did not connect to AWS for ${operation}. Allow *.${(0,_regions_js__WEBPACK_IMPORTED_MODULE_2__/* .partitionOf */ .R)(region).domain} on port 443 there, or add the AWS host to NO_PROXY.`;
    if (UNREACHABLE.has(code))
        return `AWS cannot be reached for ${operation} (${code}). Check the runner's network, firewall and proxy (HTTPS_PROXY, NO_PROXY).`;
    if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code))
        return `The TLS certificate for ${operation} is not trusted (${code}). If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file with its certificate.`;
    return undefined;
}
const KMS_KINDS = {
    KMSACCESSDENIED: 'permission',
    KMSTHROTTLING: 'unavailable',
};
function keyAdvice(reason, of, operation, { region }) {
    switch (reason) {
        case 'KMSACCESSDENIED':
            return `denied access to this role ${of}. Allow kms:Decrypt on the key for the role, in its IAM policy and in the key policy, with kms:ViaService ${ACTIONS[operation].service}.*.${(0,_regions_js__WEBPACK_IMPORTED_MODULE_2__/* .partitionOf */ .R)(region).domain}.`;
        case 'KMSKEYNOTFOUND':
        case 'KMSNOTFOUND':
            return `no longer exists ${of}. Restore the key, or configure another one for the instance.`;
        case 'KMSDISABLED':
        case 'KMSINVALIDSTATE':
        case 'KMSSTATE':
            return `is disabled or pending deletion ${of}. Enable the key again.`;
        case 'KMSTHROTTLING':
            return `is throttled ${of}. Lower requests-per-second, or raise the KMS quota of the account.`;
        default:
            return `cannot be used ${of}. Check the key's ARN, its usage (ENCRYPT_DECRYPT) and its state.`;
    }
}


/***/ }),

/***/ 7279:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Oo: () => (/* binding */ once),
/* harmony export */   ZC: () => (/* binding */ abortable),
/* harmony export */   e2: () => (/* binding */ readEach),
/* harmony export */   uM: () => (/* binding */ readEachAfterFirst)
/* harmony export */ });
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8474);
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_events__WEBPACK_IMPORTED_MODULE_0__);

/** More than a rate limiter ever has in flight, so that a call always waits for its turn; few enough to cost no memory. */
const CONCURRENCY = 128;
/**
 * Reads side by side, counting down what is left; after a failure nothing new is begun.
 *
 * @param left where these are a part of what is read
 */
async function readEach(all, readOne, progress = {}, left = (progress.left = { count: all.length })) {
    let next = 0;
    const readSome = async () => {
        for (let one = all[next++]; one !== undefined; one = all[next++]) {
            try {
                await readOne(one);
            }
            catch (error) {
                next = all.length;
                throw error;
            }
            left.count -= 1;
        }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, all.length) }, readSome));
}
/** Reads one alone, then the others side by side: a call that is not allowed is refused once. */
async function readEachAfterFirst(all, readOne, progress = {}) {
    const left = (progress.left = { count: all.length });
    await readEach(all.slice(0, 1), readOne, progress, left);
    await readEach(all.slice(1), readOne, progress, left);
}
/** Ends with the signal, or by itself: what waits of it is not sent any more then. */
function abortable(signal) {
    const control = new AbortController();
    const either = AbortSignal.any([signal, control.signal]);
    // One listener for each waiting call is no leak.
    (0,node_events__WEBPACK_IMPORTED_MODULE_0__.setMaxListeners)(0, either);
    return {
        signal: either,
        abort: (reason) => {
            control.abort(reason);
        },
    };
}
function once(make) {
    let made;
    return () => (made ??= make());
}


/***/ }),

/***/ 6335:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dn: () => (/* binding */ classifyFault),
/* harmony export */   MR: () => (/* binding */ isWrongClock),
/* harmony export */   SM: () => (/* binding */ readAwsError),
/* harmony export */   ol: () => (/* binding */ MalformedAnswer)
/* harmony export */ });
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5625);
/* harmony import */ var _snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9586);


/** An answer that is not what the API promises; the message says why in words of ours, none of the answer's. */
class MalformedAnswer extends Error {
    name = 'MalformedAnswer';
}
/** What is read of a thrown value; its names can stand in a sentence. Decided on names, since the SDK's classes differ by client. */
function readAwsError(error) {
    const from = objectOf(error);
    const { httpStatusCode } = objectOf(from['$metadata']);
    const text = (name) => {
        const value = from[name];
        return typeof value === 'string' ? value : undefined;
    };
    const word = (name) => {
        const value = text(name);
        return value === undefined ? undefined : (0,_log_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .T)(value);
    };
    return {
        name: word('name') ?? 'Error',
        message: text('message') ?? '',
        code: word('code'),
        status: typeof httpStatusCode === 'number' ? httpStatusCode : undefined,
        reason: word('Reason'),
        resourceType: text('ResourceType'),
        /** How long the service asks to wait. */
        retryAfterMs: retryAfter(from['RetryAfterSeconds'], objectOf(objectOf(from['$response'])['headers'])),
    };
}
/** Of the body's RetryAfterSeconds and the headers retry-after (seconds) and x-amz-retry-after (milliseconds) the longest. */
function retryAfter(seconds, headers) {
    const waits = [
        Number(seconds) * 1000,
        Number(headers['retry-after']) * 1000,
        Number(headers['x-amz-retry-after']),
    ].filter((ms) => Number.isFinite(ms) && ms > 0);
    return waits.length === 0 ? undefined : Math.max(...waits);
}
function objectOf(value) {
    return (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) ? value : {};
}
/** Decides what a failed attempt means, as facts of the SDK and of the services say (names, not HTTP statuses, for 4xx). */
function classifyFault(error) {
    const { name, code = '', status, message, retryAfterMs } = readAwsError(error);
    const hint = retryAfterMs === undefined ? {} : { retryAfterMs };
    if (THROTTLES.has(name) || status === 429)
        return { kind: 'throttle', ...hint };
    // The SDK has corrected its clock by the answer's Date when it throws; the next attempt is signed anew.
    if (isWrongClock(name, message))
        return { kind: 'transient', attempts: 3 };
    if (error instanceof MalformedAnswer)
        return { kind: 'transient', attempts: 8 };
    if (UNREACHABLE.has(code))
        return { kind: 'transient', attempts: 5 };
    // A refusal that is not JSON comes from a proxy or firewall in between: two minutes do not change its mind.
    if (name === 'SyntaxError' && status === 403)
        return { kind: 'transient', attempts: 3 };
    if (TRANSIENT_NAMES.has(name) ||
        TRANSIENT_CODES.has(code) ||
        // Of Node's HTTP parser: a broken status line, chunk or header, or headers that are too large.
        code.startsWith('HPE_') ||
        (status !== undefined && status >= 500) ||
        (status === 200 && name !== 'CredentialsProviderError'))
        return { kind: 'transient', ...hint };
    return { kind: 'final' };
}
function isWrongClock(name, message) {
    return WRONG_CLOCK.has(name) || (SIGNATURE.has(name) && /expired|not yet current/i.test(message));
}
const THROTTLES = new Set([
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'TooManyRequestsException',
    'RequestLimitExceeded',
    'BandwidthLimitExceeded',
    'LimitExceededException',
    'SlowDown',
    'PriorRequestNotComplete',
    'TransactionInProgressException',
    'EC2ThrottledException',
    'ProvisionedThroughputExceededException',
]);
const TRANSIENT_NAMES = new Set([
    'InternalServerException',
    'InternalFailure',
    'InternalError',
    'InternalServerError',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'TimeoutError',
    'RequestTimeout',
    'RequestTimeoutException',
    'AbortError',
    'SyntaxError',
    'IDPCommunicationError',
]);
const TRANSIENT_CODES = new Set([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ERR_STREAM_PREMATURE_CLOSE',
    'EAI_AGAIN',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
]);
/** A name that does not exist, a port where nobody listens or a proxy that says no seldom heals: a few attempts, then the sentence. */
const UNREACHABLE = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_PROXY_TUNNEL']);
const WRONG_CLOCK = new Set([
    'RequestTimeTooSkewed',
    'RequestInTheFuture',
    'RequestExpired',
    'InvalidSignatureTimeException',
]);
const SIGNATURE = new Set(['InvalidSignatureException', 'SignatureDoesNotMatch', 'AuthFailure']);


/***/ }),

/***/ 2820:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   UP: () => (/* binding */ GROUP),
/* harmony export */   d6: () => (/* binding */ isDisabled),
/* harmony export */   m3: () => (/* binding */ USER)
/* harmony export */ });
/* harmony import */ var _snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9586);
/* harmony import */ var _schema_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7513);


const ENTERPRISE = 'aws:identitystore:enterprise';
/** The document of the extension as it came; its keys' case varies. */
const extensions = (value) => {
    const document = (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) ? value[ENTERPRISE] : undefined;
    return (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(document) ? { [ENTERPRISE]: document } : undefined;
};
/** In milliseconds. */
const date = (value) => (value instanceof Date ? value.getTime() : undefined);
/** What is kept of a user of ListUsers: all that is used, and so no photos, addresses, telephones, or birthdates. */
const USER = (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ik)({
    UserId: _schema_js__WEBPACK_IMPORTED_MODULE_0__.id,
    UserName: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    DisplayName: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    NickName: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    Name: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)((0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ik)({ Formatted: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq), GivenName: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq), FamilyName: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq) })),
    Emails: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)((0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .list */ .p_)((0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ik)({ Value: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq), Primary: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .flag */ .Jt) }))),
    UserStatus: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    UserType: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    Title: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    ProfileUrl: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    PreferredLanguage: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    Locale: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    Timezone: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    ExternalIds: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)((0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .list */ .p_)((0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ik)({ Issuer: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq), Id: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq) }))),
    Extensions: extensions,
    UpdatedAt: date,
});
/** What is kept of a group of ListGroups. */
const GROUP = (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .object */ .Ik)({
    GroupId: _schema_js__WEBPACK_IMPORTED_MODULE_0__.id,
    DisplayName: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    Description: (0,_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .text */ .Qq),
    UpdatedAt: date,
});
function isDisabled({ UserStatus }) {
    return UserStatus === 'DISABLED';
}


/***/ }),

/***/ 628:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ ask),
/* harmony export */   n: () => (/* binding */ readPages)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3916);
/* harmony import */ var _advice_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1162);
/* harmony import */ var _schema_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7513);




/**
 * Makes one call at its turn, until its answer is what its API promises.
 *
 * @throws UserError
 */
async function ask({ operation, priority = 'rest', send, schema }, { limiter, advice, calls, signal }) {
    const attempt = async (abortSignal) => (0,_schema_js__WEBPACK_IMPORTED_MODULE_3__/* .parseAnswer */ .Wp)(schema, await send({ abortSignal }));
    try {
        const answer = await limiter.run(operation, priority, attempt, signal);
        calls[operation] = (calls[operation] ?? 0) + 1;
        return answer;
    }
    catch (error) {
        signal.throwIfAborted();
        throw (0,_advice_js__WEBPACK_IMPORTED_MODULE_2__/* .adviseAws */ .iT)(operation, error, advice);
    }
}
/** Of one list: the quota of 200,000 users is 2,000 pages. */
const MOST_PAGES = 10_000;
const MOST_RECORDS = 500_000;
/**
 * Reads a list page by page to its end, each call at its turn.
 *
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
async function* readPages({ operation, priority = 'rest', pageSize = 100, send, records }, options) {
    const next = (0,_schema_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc)('NextToken', (0,_schema_js__WEBPACK_IMPORTED_MODULE_3__/* .optional */ .lq)(_schema_js__WEBPACK_IMPORTED_MODULE_3__/* .text */ .Qq));
    const schema = (answer) => ({
        page: records(answer) ?? [],
        token: next(answer) ?? '',
    });
    // Digests, since a token may be as long as an answer.
    const seen = new Set();
    let total = 0;
    for (let token = '';;) {
        const range = { MaxResults: pageSize, ...(token === '' ? {} : { NextToken: token }) };
        const answer = await ask({
            operation,
            priority: token === '' || priority === 'lists' ? priority : 'pages',
            send: (sendOptions) => send(range, sendOptions),
            schema,
        }, options);
        yield answer.page;
        options.onPage?.();
        total += answer.page.length;
        token = answer.token;
        if (total > MOST_RECORDS || (seen.size + 1 >= MOST_PAGES && token !== ''))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('unavailable', `AWS returned an impossibly long list for ${operation} (over 10,000 pages or 500,000 records). Nothing was written. Run again later, and check for a proxy that alters responses.`);
        if (token === '')
            return;
        const digest = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(token).digest('base64');
        if (seen.has(digest))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('unavailable', `AWS repeated a NextToken of ${operation}, so the list cannot be read to the end. Nothing was written. Run again later.`);
        seen.add(digest);
    }
}


/***/ }),

/***/ 4512:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  x: () => (/* binding */ createRateLimiter),
  MB: () => (/* binding */ createUnlimited),
  $H: () => (/* binding */ steadyRate)
});

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: ./src/identity-center/faults.ts
var faults = __webpack_require__(6335);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
;// CONCATENATED MODULE: ./src/identity-center/retry.ts



const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 5_000;
/**
 * Attempts a call until it succeeds, fails for good, or its deadline has passed. Waits with full jitter in between, and
 * at least as long as the service asks for. An attempt that takes longer than an eighth of the deadline (15 s) is given
 * up and counts as a transient fault: every call here is a read, so asking again is safe.
 *
 * @throws the error of the attempt, when its fault is final; UserError (unavailable) at the deadline
 */
async function retry(name, attempt, options) {
    const { time, deadlineMs, signal } = options;
    let firstStart;
    for (let failures = 0;; failures++) {
        signal.throwIfAborted();
        try {
            const onStart = () => {
                firstStart ??= time.now();
            };
            return await withTimeout((...each) => attempt(...each, failures), onStart, options);
        }
        catch (error) {
            signal.throwIfAborted();
            const fault = error instanceof AttemptTimeout ? { kind: 'transient' } : (0,faults/* classifyFault */.Dn)(error);
            if (fault.kind === 'final')
                throw error;
            if (fault.kind === 'transient' && failures + 1 >= (fault.attempts ?? Infinity))
                throw error;
            const backoff = time.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
            const wait = Math.max(fault.retryAfterMs ?? 0, backoff);
            const spent = time.now() - (firstStart ?? time.now());
            if (spent + wait >= deadlineMs) {
                const gaveUp = wait > backoff
                    ? `${seconds(spent)} seconds: AWS asked to wait another ${seconds(wait)}, and a call may take ${seconds(deadlineMs)} in all`
                    : `${seconds(deadlineMs)} seconds`;
                const why = fault.kind === 'throttle' ? THROTTLED : unanswered(error);
                throw new errors/* UserError */.yo('unavailable', `Gave up on ${name} after ${gaveUp}. ${why}`, { cause: error });
            }
            await time.sleep(wait, signal);
        }
    }
}
class AttemptTimeout extends Error {
}
/** Made once: an abort without a reason makes a DOMException, stack and all, for every call. */
const OVER = new Error('the attempt is over');
async function withTimeout(attempt, onStart, { time, deadlineMs, signal }) {
    const control = new AbortController();
    const forward = () => {
        control.abort(signal.reason);
    };
    signal.addEventListener('abort', forward, { once: true });
    const timer = new AbortController();
    const aborted = (0,external_node_events_.once)(control.signal, 'abort').then(() => {
        throw control.signal.reason;
    });
    // Both may be settled last by an abort that nobody waits for any more.
    aborted.catch(() => undefined);
    const started = () => {
        onStart();
        time.sleep(deadlineMs / 8, timer.signal).then(() => {
            control.abort(new AttemptTimeout());
        }, () => undefined);
    };
    try {
        return await Promise.race([attempt(control.signal, started), aborted]);
    }
    finally {
        timer.abort(OVER);
        signal.removeEventListener('abort', forward);
    }
}
const THROTTLED = 'AWS kept throttling it. Lower requests-per-second, or find out what else uses up the limit of the account.';
function unanswered(error) {
    const { code, name } = (0,faults/* readAwsError */.SM)(error);
    const failure = error instanceof AttemptTimeout
        ? 'the last attempt timed out'
        : `the last attempt: ${error instanceof faults/* MalformedAnswer */.ol ? error.message : (code ?? name)}`;
    return `AWS sent no usable response (${failure}). Check the network and the AWS Health Dashboard, then run again.`;
}
function seconds(milliseconds) {
    return String(Math.round(milliseconds / 100) / 10);
}

;// CONCATENATED MODULE: ./src/identity-center/rate-limiter.ts



const LEAST_CONCURRENCY = 4;
/** Until the first answer has shown the latency. */
const FIRST_CONCURRENCY = 16;
const MOST_CONCURRENCY = 64;
/** Concurrency = rate × latency × this: enough to reach the rate, not so much that a slow service drowns. */
const HEADROOM = 1.5;
/** Seconds of the rate that may be sent at once at the start; a whole second meets the service's own window. */
const BURST_SECONDS = 0.9;
/** What may be sent at once after the service has shown that its bucket holds less. */
const BURST_AFTER_THROTTLE = 2;
const SLOWDOWN = 0.7;
/** The slowest rate, as a part of the limit. */
const SLOWEST = 0.05;
/** The rate grows back to its limit in this many seconds, evenly. */
const RECOVERY_SECONDS = 30;
/**
 * A token bucket that adapts: after a throttle it sends no more bursts, then slows down; it recovers additively. It backs
 * off once a round trip, since whatever was in flight at that time tells the same.
 * (AWS: "collective throttle maximum of 20 TPS" for the Identity Store, singlesignon/latest/userguide/limits.html)
 */
function createRateLimiter(options) {
    const { time, requestsPerSecond: limit, signal } = options;
    const statistics = { attempts: 0, throttles: 0, faults: 0 };
    const queues = { lists: [], pages: [], rest: [] };
    const inFlight = new Set();
    let rate = limit;
    let capacity = Math.max(1, limit * BURST_SECONDS);
    let tokens = capacity;
    let filledAt = time.now();
    let backedOffAt = -Infinity;
    let latency = 0;
    let isWaking = false;
    // Each waiting call listens to the end of the run; Node would take more than ten for a leak, and say so in the log.
    (0,external_node_events_.setMaxListeners)(0, signal);
    function refill() {
        const now = time.now();
        const seconds = Math.max(0, now - filledAt) / 1000;
        filledAt = Math.max(now, filledAt);
        tokens = Math.min(capacity, tokens + seconds * rate);
        rate = Math.min(limit, rate + (seconds * limit) / RECOVERY_SECONDS);
    }
    function concurrency() {
        if (latency === 0)
            return FIRST_CONCURRENCY;
        const oldest = inFlight.values().next().value;
        const seen = Math.max(latency, oldest === undefined ? 0 : time.now() - oldest.since);
        const needed = Math.ceil((limit * seen * HEADROOM) / 1000);
        return Math.min(MOST_CONCURRENCY, Math.max(LEAST_CONCURRENCY, needed));
    }
    /** Sends as many calls as tokens and concurrency allow; comes back when the next token is due. */
    function dispatch() {
        refill();
        while (tokens >= 1 && inFlight.size < concurrency()) {
            const send = queues.lists.shift() ?? queues.pages.shift() ?? queues.rest.shift();
            if (send === undefined)
                return;
            tokens -= 1;
            send();
        }
        const isIdle = queues.lists.length + queues.pages.length + queues.rest.length === 0;
        if (isIdle || isWaking)
            return;
        isWaking = true;
        const untilToken = ((1 - tokens) / rate) * 1000 + Math.max(0, filledAt - time.now());
        // With a token left, the next answer wakes us; look again soon, since a late answer raises the concurrency.
        time.sleep(tokens >= 1 ? 50 : Math.max(1, untilToken), signal).then(wake, wake);
    }
    function wake() {
        isWaking = false;
        if (!signal.aborted)
            dispatch();
    }
    function turn(priority, attemptSignal) {
        return new Promise((resolve, reject) => {
            queues[priority].push(() => {
                if (attemptSignal.aborted) {
                    tokens += 1;
                    reject(attemptSignal.reason);
                    return;
                }
                const sent = { since: time.now() };
                inFlight.add(sent);
                resolve(sent);
            });
            dispatch();
        });
    }
    function backOff(sentAt) {
        statistics.throttles += 1;
        if (sentAt <= backedOffAt)
            return;
        refill();
        backedOffAt = time.now();
        if (capacity > BURST_AFTER_THROTTLE)
            capacity = BURST_AFTER_THROTTLE;
        else
            rate = Math.max(limit * SLOWEST, rate * SLOWDOWN);
        // The short pause: no token until the time of one has passed.
        tokens = 0;
    }
    return {
        /** Of all calls so far. */
        statistics: statistics,
        /**
         * Makes a call when its turn comes, and again until it succeeds, fails for good, or its deadline passes. Nothing of it
         * is sent once its signal is aborted.
         */
        run: (name, priority, call, callSignal = signal) => retry(name, async (attemptSignal, started, failures) => {
            // What has been sent once must not queue behind everything else: its deadline runs.
            const sent = await turn(failures > 0 && priority === 'rest' ? 'pages' : priority, attemptSignal);
            started();
            // An attempt that was given up makes room at once, whether or not the call ever settles.
            attemptSignal.addEventListener('abort', () => inFlight.delete(sent), { once: true });
            statistics.attempts += 1;
            try {
                const answer = await call(attemptSignal);
                const took = time.now() - sent.since;
                latency = latency === 0 ? took : latency + (took - latency) / 8;
                return answer;
            }
            catch (error) {
                const { kind } = (0,faults/* classifyFault */.Dn)(error);
                if (kind === 'throttle')
                    backOff(sent.since);
                if (kind === 'transient')
                    statistics.faults += 1;
                throw error;
            }
            finally {
                inFlight.delete(sent);
                dispatch();
            }
        }, { ...options, signal: callSignal }),
    };
}
/** For calls that need no limit: they are few, and one waits for the other. */
function createUnlimited(options) {
    return {
        run: (name, _priority, call) => retry(name, (signal, started) => {
            started();
            return call(signal);
        }, options),
    };
}
/** Without the calls that may go out at once at the start: with them a short reading would seem to break the limit. */
function steadyRate(attempts, seconds, requestsPerSecond) {
    const burst = requestsPerSecond * BURST_SECONDS;
    return seconds > 0 ? Math.max(0, attempts - burst) / seconds : 0;
}


/***/ }),

/***/ 2386:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ partitionOf),
/* harmony export */   i: () => (/* binding */ REGIONS)
/* harmony export */ });
/**
 * The regions of each partition as of this release, for finding the one that has the instance. A test compares the list
 * with the one in the AWS SDK, so that an update of the SDK brings new regions to light.
 */
const REGIONS = {
    aws: [
        'af-south-1',
        'ap-east-1',
        'ap-east-2',
        'ap-northeast-1',
        'ap-northeast-2',
        'ap-northeast-3',
        'ap-south-1',
        'ap-south-2',
        'ap-southeast-1',
        'ap-southeast-2',
        'ap-southeast-3',
        'ap-southeast-4',
        'ap-southeast-5',
        'ap-southeast-6',
        'ap-southeast-7',
        'ca-central-1',
        'ca-west-1',
        'eu-central-1',
        'eu-central-2',
        'eu-north-1',
        'eu-south-1',
        'eu-south-2',
        'eu-west-1',
        'eu-west-2',
        'eu-west-3',
        'il-central-1',
        'me-central-1',
        'me-south-1',
        'me-west-1',
        'mx-central-1',
        'sa-east-1',
        'sa-west-1',
        'us-east-1',
        'us-east-2',
        'us-west-1',
        'us-west-2',
    ],
    'aws-cn': ['cn-north-1', 'cn-northwest-1'],
    'aws-eusc': ['eusc-de-east-1'],
    'aws-iso': ['us-iso-east-1', 'us-iso-west-1'],
    'aws-iso-b': ['us-isob-east-1', 'us-isob-west-1'],
    'aws-iso-e': ['eu-isoe-west-1'],
    'aws-iso-f': ['us-isof-east-1', 'us-isof-south-1'],
    'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
};
/** A partition's id, as it stands in ARNs, what its regions begin with, and the domain of its endpoints (the SDK's partitions.json). */
const PARTITIONS = [
    ['aws-cn', /^cn-/, 'amazonaws.com.cn'],
    ['aws-eusc', /^eusc-/, 'amazonaws.eu'],
    ['aws-iso', /^us-iso-/, 'c2s.ic.gov'],
    ['aws-iso-b', /^us-isob-/, 'sc2s.sgov.gov'],
    ['aws-iso-e', /^eu-isoe-/, 'cloud.adc-e.uk'],
    ['aws-iso-f', /^(us|eu)-isof-/, 'csp.hci.ic.gov'],
    ['aws-us-gov', /^us-gov-/, 'amazonaws.com'],
];
function partitionOf(region) {
    const [id, , domain] = PARTITIONS.find(([, prefix]) => prefix.test(region)) ?? ['aws', /^/, 'amazonaws.com'];
    return { id, domain };
}


/***/ }),

/***/ 7513:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dc: () => (/* binding */ member),
/* harmony export */   Ik: () => (/* binding */ object),
/* harmony export */   Jt: () => (/* binding */ flag),
/* harmony export */   Qq: () => (/* binding */ text),
/* harmony export */   Sd: () => (/* binding */ plainId),
/* harmony export */   TR: () => (/* binding */ refuse),
/* harmony export */   Wp: () => (/* binding */ parseAnswer),
/* harmony export */   id: () => (/* binding */ id),
/* harmony export */   lS: () => (/* binding */ accountId),
/* harmony export */   lq: () => (/* binding */ optional),
/* harmony export */   mR: () => (/* binding */ optionalText),
/* harmony export */   p_: () => (/* binding */ list)
/* harmony export */ });
/* harmony import */ var _snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9586);
/* harmony import */ var _faults_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6335);


/** @throws MalformedAnswer */
function parseAnswer(schema, answer) {
    return parseAt('response', schema, answer);
}
/** One member of an object. */
function member(name, schema) {
    const where = `.${name}`;
    return (value) => ((0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) ? parseAt(where, schema, value[name]) : refuse(' is not an object'));
}
/** An object with these members; those that are undefined are left out, which takes the least memory. */
function object(members) {
    const schemas = Object.entries(members).map(([name, schema]) => [name, member(name, schema)]);
    return (value) => {
        const parsed = {};
        for (const [name, schema] of schemas) {
            const found = schema(value);
            if (found !== undefined)
                parsed[name] = found;
        }
        // Each member has been parsed by its own schema.
        return parsed;
    };
}
function list(item) {
    return (value) => Array.isArray(value) ? value.map((one, n) => parseAt(n, item, one)) : refuse(' is not a list');
}
/** Undefined where it is absent or null. */
function optional(schema) {
    return (value) => (value === undefined || value === null ? undefined : schema(value));
}
const text = (value) => (typeof value === 'string' ? value : refuse(' is not text'));
/** AWS sends null, or an empty text, for what is absent. */
const optionalText = (value) => {
    const given = optional(text)(value);
    return given === '' ? undefined : given;
};
const id = (value) => typeof value === 'string' && value !== '' ? value : refuse(' is not an ID');
/** What stands in a log line or a sentence as it came: visible ASCII. */
const plainId = (value) => matching(/^[\x21-\x7e]{0,2048}$/, value, ' is not an ID');
const accountId = (value) => matching(/^\d{12}$/, value, ' is not an account ID');
const flag = (value) => typeof value === 'boolean' ? value : refuse(' is neither true nor false');
function matching(pattern, value, complaint) {
    return typeof value === 'string' && pattern.test(value) ? value : refuse(complaint);
}
function parseAt(where, schema, value) {
    try {
        return schema(value);
    }
    catch (error) {
        if (!(error instanceof _faults_js__WEBPACK_IMPORTED_MODULE_0__/* .MalformedAnswer */ .ol))
            throw error;
        const path = typeof where === 'number' ? `[${String(where)}]` : where;
        throw new _faults_js__WEBPACK_IMPORTED_MODULE_0__/* .MalformedAnswer */ .ol(`${path}${error.message}`);
    }
}
function refuse(complaint) {
    throw new _faults_js__WEBPACK_IMPORTED_MODULE_0__/* .MalformedAnswer */ .ol(complaint);
}


/***/ }),

/***/ 4431:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   realTime: () => (/* binding */ realTime),
/* harmony export */   reportProgress: () => (/* binding */ reportProgress)
/* harmony export */ });
const realTime = {
    now: () => performance.now(),
    // That of node:timers/promises makes an AbortError, stack and all, for every call that is answered.
    sleep: (ms, signal) => new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
        }, ms);
        signal?.addEventListener('abort', onAbort, { once: true });
    }),
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


/***/ }),

/***/ 5625:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ oneLine)
/* harmony export */ });
/** A text from outside as a part of one line: line ends and control characters, which could begin a command, are shown. */
function oneLine(text) {
    const shown = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
    return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
const LONGEST = 500;


/***/ }),

/***/ 9748:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openAws: () => (/* binding */ openAws),
  openDirectory: () => (/* binding */ openDirectory)
});

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/log.ts
var src_log = __webpack_require__(5625);
// EXTERNAL MODULE: ./src/identity-center/advice.ts
var advice = __webpack_require__(1162);
// EXTERNAL MODULE: ./src/identity-center/concurrency.ts
var concurrency = __webpack_require__(7279);
// EXTERNAL MODULE: ./src/identity-center/faults.ts
var faults = __webpack_require__(6335);
// EXTERNAL MODULE: ./src/identity-center/pages.ts
var pages = __webpack_require__(628);
// EXTERNAL MODULE: ./src/identity-center/rate-limiter.ts + 1 modules
var rate_limiter = __webpack_require__(4512);
// EXTERNAL MODULE: ./src/identity-center/regions.ts
var regions = __webpack_require__(2386);
// EXTERNAL MODULE: ./src/identity-center/schema.ts
var schema = __webpack_require__(7513);
;// CONCATENATED MODULE: ./src/identity-center/account.ts









const REGION_SEARCH_MS = 10_000;
/**
 * Finds the instance to read: who calls (STS), what is visible (all pages of ListInstances), which of it is meant
 * (docs/permissions.md).
 *
 * @throws UserError that names both accounts, the ids to choose from, or the region that has the instance
 */
async function findInstance(aws, options) {
    // STS and SSO Admin have other limits than the Identity Store, and are asked only a few times.
    const callOptions = { ...options, limiter: (0,rate_limiter/* createUnlimited */.MB)(options) };
    const caller = await readCaller(aws, callOptions);
    let instances;
    try {
        instances = await listInstances(aws, callOptions);
        // An empty body reads the same as an empty list, so that only a second answer is believed.
        if (instances.length === 0)
            instances = await listInstances(aws, callOptions);
    }
    catch (error) {
        if (options.identityStoreId === undefined || options.needsArn === true || !(0,advice/* isPlainDenial */.oB)(error))
            throw error;
        if (caller !== options.account)
            throw wrongAccount(caller, options.account, []);
        return {
            origin: origin({ IdentityStoreId: options.identityStoreId }, aws.region, options.account),
            primaryRegion: aws.region,
            warning: 'AWS denied ListInstances, so the owner of the identity store is unknown and was not checked. Allow the IAM action sso:ListInstances on * for the role of this run.',
        };
    }
    if (instances.length === 0)
        throw await noInstance(aws, caller, options);
    const chosen = chooseInstance(instances, caller, options);
    const primary = primaryRegion(chosen) ?? aws.region;
    verifyRegion(chosen, primary, aws.region);
    const found = { origin: origin(chosen, aws.region, options.account), primaryRegion: primary };
    if (primary === aws.region)
        return found;
    const note = `This is a replica Region of the instance; its primary Region is ${primary}. Changes arrive here with a delay.`;
    return { ...found, note };
}
/** Picks among what ListInstances answered; pure. */
function chooseInstance(instances, caller, wanted) {
    const candidates = instances.filter(isActive);
    const owners = candidates.flatMap(({ OwnerAccountId }) => OwnerAccountId ?? []);
    if (wanted.account !== caller && !owners.includes(wanted.account))
        throw wrongAccount(caller, wanted.account, owners);
    const named = candidates.filter(({ IdentityStoreId }) => (IdentityStoreId ?? '') !== '');
    if (wanted.identityStoreId !== undefined) {
        const chosen = named.find(({ IdentityStoreId }) => IdentityStoreId === wanted.identityStoreId);
        if (chosen !== undefined)
            return chosen;
        const isVisible = instances.some(({ IdentityStoreId }) => IdentityStoreId === wanted.identityStoreId);
        throw new errors/* UserError */.yo('precondition', isVisible
            ? `aws-identity-store-id: the instance of "${wanted.identityStoreId}" is not active. Visible instances: ${describe(instances)}. ${remedy(instances)}, or choose one that is ACTIVE.`
            : `aws-identity-store-id: "${wanted.identityStoreId}" is not among the visible instances: ${describe(instances)}. Leave the input empty, or choose one of these that is ACTIVE.`);
    }
    if (named.length === 0)
        throw new errors/* UserError */.yo('precondition', `No instance of IAM Identity Center is active yet: ${describe(instances)}. ${remedy(instances)}.`);
    const own = named.filter(({ OwnerAccountId }) => OwnerAccountId === wanted.account);
    const choice = own.length > 0 ? own : named;
    const [only] = choice;
    if (choice.length === 1 && only !== undefined)
        return only;
    throw new errors/* UserError */.yo('precondition', `Several instances of IAM Identity Center are visible: ${describe(choice)}. Set aws-identity-store-id to the one to read.`);
}
function readCaller(aws, options) {
    const operation = 'GetCallerIdentity';
    const send = async (sendOptions) => {
        const { Account = '' } = await aws.getCallerIdentity(sendOptions);
        if (!/^\d{12}$/.test(Account))
            throw new faults/* MalformedAnswer */.ol("the caller's account is missing");
        return Account;
    };
    return (0,pages/* ask */.k)({ operation, send, schema: schema/* text */.Qq }, options);
}
async function listInstances(aws, options) {
    const operation = 'ListInstances';
    const admin = await aws.ssoAdmin(aws.region);
    const instances = [];
    const send = (page, sendOptions) => admin.listInstances(page, sendOptions);
    for await (const page of (0,pages/* readPages */.n)({ operation, send, records: INSTANCES }, options))
        instances.push(...page);
    return instances;
}
const REGION = (0,schema/* object */.Ik)({
    RegionName: schema/* plainId */.Sd,
    Status: (0,schema/* optional */.lq)(schema/* plainId */.Sd),
    IsPrimaryRegion: (value) => (value === true ? true : undefined),
});
const INSTANCE = (0,schema/* object */.Ik)({
    IdentityStoreId: (0,schema/* optional */.lq)(schema/* plainId */.Sd),
    OwnerAccountId: (0,schema/* optional */.lq)(schema/* plainId */.Sd),
    InstanceArn: (0,schema/* optional */.lq)(schema/* plainId */.Sd),
    Status: (0,schema/* optional */.lq)(schema/* plainId */.Sd),
    StatusReason: schema/* optionalText */.mR,
    PrimaryRegion: (0,schema/* optional */.lq)(schema/* plainId */.Sd),
    Regions: (0,schema/* optional */.lq)((0,schema/* list */.p_)(REGION)),
});
const INSTANCES = (0,schema/* member */.Dc)('Instances', (0,schema/* optional */.lq)((0,schema/* list */.p_)(INSTANCE)));
function primaryRegion({ PrimaryRegion, Regions }) {
    return PrimaryRegion ?? Regions?.find(({ IsPrimaryRegion }) => IsPrimaryRegion)?.RegionName;
}
/** A Region that is still being filled, or is being emptied, may hold only a part of the users. */
function verifyRegion({ Regions: regions = [] }, primary, region) {
    if (regions.length === 0)
        return;
    const found = regions.find(({ RegionName }) => RegionName === region);
    if (found?.Status === 'ACTIVE')
        return;
    const status = found === undefined ? 'not among its Regions' : (found.Status ?? 'no status');
    const remedy = primary === region
        ? 'Run again when it is ACTIVE.'
        : `Set aws-region to the primary Region ${primary}, or run again when ${region} is ACTIVE.`;
    throw new errors/* UserError */.yo('precondition', `The instance of IAM Identity Center is not complete in ${region} (${status}), so users could be missing. ${remedy} Nothing was written.`);
}
async function noInstance(aws, caller, options) {
    const found = await findRegions(aws, options);
    const whose = caller === options.account
        ? ''
        : ` The credentials belong to account ${caller}, but aws-account-id is ${options.account}.`;
    const help = found.length > 0
        ? `There is one in ${found.join(', ')}. Set aws-region accordingly.`
        : 'None was found in the other regions that could be checked, either. Set aws-region to the region of the instance, and check that the role belongs to the organization and may call sso:ListInstances there.';
    return new errors/* UserError */.yo('precondition', `No instance of IAM Identity Center is visible in ${aws.region}. ${help}${whose} Nothing was written.`);
}
/** The regions of the partition that answer with an instance, the primary first; refusals and slow answers do not count. */
async function findRegions(aws, { time, signal }) {
    const others = (regions/* REGIONS */.i[(0,regions/* partitionOf */.R)(aws.region).id] ?? []).filter((region) => region !== aws.region);
    const search = (0,concurrency/* abortable */.ZC)(signal);
    const found = new Set();
    const answers = Promise.all(others.map(async (region) => {
        try {
            const admin = await aws.ssoAdmin(region);
            const answer = await admin.listInstances({ MaxResults: 100 }, { abortSignal: search.signal });
            const [instance] = (0,schema/* parseAnswer */.Wp)(INSTANCES, answer) ?? [];
            if (instance !== undefined)
                found.add(primaryRegion(instance) ?? region);
        }
        catch {
            // A region that is switched off or denied is not the one.
        }
    }));
    const limit = time.sleep(REGION_SEARCH_MS, search.signal).catch(() => undefined);
    await Promise.race([answers, limit]);
    search.abort();
    signal.throwIfAborted();
    return [...found].sort();
}
function wrongAccount(caller, account, owners) {
    const visible = owners.length === 0 ? '' : ` and see an instance owned by ${[...new Set(owners)].sort().join(', ')}`;
    return new errors/* UserError */.yo('precondition', `aws-account-id is ${account}, but the credentials belong to account ${caller}${visible}. Use a role in account ${account}, or correct aws-account-id.`);
}
function describe(instances) {
    return instances
        .map((instance) => {
        const { IdentityStoreId, OwnerAccountId, Status, StatusReason } = instance;
        const reason = StatusReason === undefined ? '' : `: ${(0,src_log/* oneLine */.T)(StatusReason)}`;
        const status = isActive(instance) ? '' : `, ${Status ?? ''}${reason}`;
        return `${IdentityStoreId ?? '(no ID)'} (owner ${OwnerAccountId ?? 'unknown'}${status})`;
    })
        .sort()
        .join(', ');
}
function isActive({ Status }) {
    return (Status ?? 'ACTIVE') === 'ACTIVE';
}
/** What failed does not become active by waiting. */
function remedy(instances) {
    return instances.some(({ Status }) => Status === 'CREATE_FAILED')
        ? 'Delete the instance that could not be created, fix the cause, and create it again'
        : 'Wait until its status is ACTIVE';
}
function origin(instance, region, account) {
    return {
        account,
        ownerAccount: instance.OwnerAccountId ?? null,
        identityStoreId: instance.IdentityStoreId ?? '',
        instanceArn: instance.InstanceArn ?? null,
        region,
    };
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: ./src/version.ts
var version = __webpack_require__(311);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
;// CONCATENATED MODULE: ./src/identity-center/answer-bounds.ts


/** In bytes: a hundred of the widest users that AWS allows, escaped, fit. */
const LONGEST = 16 * 1024 * 1024;
/** A record of the Identity Store is a handful of levels deep; a parser needs memory, and stack, for each. */
const DEEPEST = 64;
/**
 * Lets a client read no answer that is longer or deeper than these, and no good one of no bytes, which would pass for an
 * empty list: MalformedAnswer, and the connection is closed. The SDK's step for retries is passed by.
 */
function boundAnswers(client) {
    // The stacks of the clients differ in the types of their commands only, which the last step does not see.
    const stack = client.middlewareStack;
    // With a single attempt (see connectAws) the SDK's own retries only cost time, at each call.
    const noRetries = {
        name: 'retryMiddleware',
        step: 'finalizeRequest',
        priority: 'high',
        override: true,
    };
    stack.add((next) => next, noRetries);
    stack.add((next) => async (args) => {
        const result = await next(args);
        // The handler of Node gives a stream; the parser takes bytes as well.
        const response = result.response;
        if (!(response.body instanceof external_node_stream_.Readable))
            return result;
        const bytes = await bytesOf(response.body);
        if (bytes.length === 0 && response.statusCode === 200)
            throw new faults/* MalformedAnswer */.ol('an empty response');
        if (isDeep(bytes))
            throw new faults/* MalformedAnswer */.ol(`a response of more than ${String(DEEPEST)} levels`);
        response.body = bytes;
        return result;
    }, 
    // Between the socket and the parser.
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' });
    return client;
}
/** By events: iterating over the stream takes twice the time, which counts at 100,000 answers. */
function bytesOf(stream) {
    return new Promise((resolve, reject) => {
        const chunks = [];
        let length = 0;
        stream.on('data', (chunk) => {
            length += chunk.length;
            chunks.push(chunk);
            if (length > LONGEST)
                stream.destroy(new faults/* MalformedAnswer */.ol('a response of more than 16 MiB'));
        });
        stream.once('end', () => resolve(Buffer.concat(chunks, length)));
        stream.once('error', reject);
    });
}
function isDeep(json) {
    let depth = 0;
    let isInText = false;
    for (let at = 0; at < json.length; at++) {
        const byte = json[at];
        if (isInText) {
            if (byte === BACKSLASH)
                at += 1;
            else if (byte === QUOTE)
                isInText = false;
        }
        else if (byte === QUOTE)
            isInText = true;
        else if (byte === BRACKET || byte === BRACE) {
            depth += 1;
            if (depth > DEEPEST)
                return true;
        }
        else if (byte === BRACKET_END || byte === BRACE_END)
            depth -= 1;
    }
    return false;
}
const [QUOTE, BACKSLASH, BRACKET, BRACKET_END, BRACE, BRACE_END] = Buffer.from('"\\[]{}');

;// CONCATENATED MODULE: ./src/identity-center/clients.ts







/**
 * Clients for the credentials that the SDK's default chain finds.
 *
 * @throws UserError (parameters) for an unknown profile and where no region is named
 */
async function connectAws(options) {
    const { environment, log } = options;
    const profile = options.profile ?? emptyAsUndefined(environment['AWS_PROFILE']);
    const region = options.region ??
        emptyAsUndefined(environment['AWS_REGION']) ??
        emptyAsUndefined(environment['AWS_DEFAULT_REGION']);
    const configured = profile === undefined && region !== undefined
        ? undefined
        : await readProfile(profile, options.profile === undefined ? 'AWS_PROFILE' : 'aws-profile');
    const found = region ?? configured?.['region'];
    if (found === undefined)
        throw new errors/* UserError */.yo('parameters', 'aws-region: no region is set. Set aws-region to the region of IAM Identity Center, or AWS_REGION in the ' +
            'environment (aws-actions/configure-aws-credentials does), or a region in the profile.');
    reportEndpointOverrides(environment, log);
    const common = {
        region: found,
        ...(profile === undefined ? {} : { profile }),
        // The SDK's client-wide quota of retries loses calls under concurrency (aws-sdk-js-v3#4754).
        maxAttempts: 1,
        cacheMiddleware: true,
        customUserAgent: `${version/* PRODUCT */.Ax}/${version/* VERSION */.xv}`,
        logger: quietLogger(log),
        requestHandler: requestHandler(environment),
    };
    const sts = (0,concurrency/* once */.Oo)(async () => {
        const { STS } = await Promise.all(/* import() */[__webpack_require__.e(291), __webpack_require__.e(861), __webpack_require__.e(695)]).then(__webpack_require__.t.bind(__webpack_require__, 1695, 19));
        return boundAnswers(new STS(common));
    });
    /** One provider for all clients, so that a role is assumed once. */
    const shared = async () => ({ ...common, credentials: (await sts()).config.credentials });
    const identityStore = (0,concurrency/* once */.Oo)(async () => {
        const sdk = await Promise.all(/* import() */[__webpack_require__.e(291), __webpack_require__.e(861), __webpack_require__.e(534)]).then(__webpack_require__.t.bind(__webpack_require__, 2534, 19));
        takeAsGiven(sdk.ListGroupMembershipsResponse$, 'GroupMemberships');
        takeAsGiven(sdk.ListGroupMembershipsForMemberResponse$, 'GroupMemberships');
        return boundAnswers(new sdk.Identitystore(await shared()));
    });
    const ssoAdmins = new Map();
    const ssoAdmin = (region) => {
        const create = async () => {
            const sdk = await Promise.all(/* import() */[__webpack_require__.e(291), __webpack_require__.e(861), __webpack_require__.e(488)]).then(__webpack_require__.t.bind(__webpack_require__, 1488, 19));
            return boundAnswers(new sdk.SSOAdmin({ ...(await shared()), region }));
        };
        const client = ssoAdmins.get(region) ?? create();
        ssoAdmins.set(region, client);
        return client;
    };
    return {
        region: found,
        async getCallerIdentity(options) {
            const answer = (await sts()).getCallerIdentity({}, options);
            // While STS answers, the code of the next two calls is loaded.
            void Promise.allSettled([ssoAdmin(found), identityStore()]);
            return answer;
        },
        ssoAdmin,
        identityStore,
        async organizations() {
            const { Organizations } = await Promise.all(/* import() */[__webpack_require__.e(291), __webpack_require__.e(861), __webpack_require__.e(503)]).then(__webpack_require__.t.bind(__webpack_require__, 2503, 19));
            return boundAnswers(new Organizations(await shared()));
        },
    };
}
/**
 * A page of memberships is taken as JSON gives it: the SDK would copy each, and make two Dates of it that are never looked
 * at, which was a fifth of the CPU time of a run. A schema has the members of an answer and their types; what is not of its
 * type is handed on as it is.
 */
function takeAsGiven([, , , , members, types], member) {
    const at = members.indexOf(member);
    if (at !== -1)
        types[at] = TEXT_TYPE;
}
const TEXT_TYPE = 0;
async function readProfile(name, setting) {
    const { parseKnownFiles } = await __webpack_require__.e(/* import() */ 291).then(__webpack_require__.t.bind(__webpack_require__, 7291, 19));
    const profiles = await parseKnownFiles({ profile: name ?? 'default' });
    const profile = Object.hasOwn(profiles, name ?? 'default') ? profiles[name ?? 'default'] : undefined;
    if (name === undefined || profile !== undefined)
        return profile;
    const found = Object.keys(profiles).sort();
    const listed = found.length === 0 ? 'no profiles were found there' : `the profiles found are: ${found.join(', ')}`;
    throw new errors/* UserError */.yo('parameters', `${setting}: "${name}" is not in the shared AWS files (~/.aws/config, ~/.aws/credentials); ${listed}.`);
}
/** Whoever sets these variables decides which identities come back; it must not go unseen. */
function reportEndpointOverrides(environment, log) {
    const names = Object.keys(environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL') && emptyAsUndefined(environment[name]) !== undefined);
    if (names.length > 0)
        log.info(`AWS endpoints are overridden by the environment: ${names.sort().join(', ')}.`);
}
/** One keep-alive agent a protocol for all clients; the SDK itself ignores the proxy variables. */
function requestHandler(environment) {
    const proxies = readProxies(environment);
    const options = {
        keepAlive: true,
        maxSockets: 128,
        // The agent of Node 24 understands HTTP_PROXY, HTTPS_PROXY and NO_PROXY itself.
        ...(proxies === undefined ? {} : { proxyEnv: { ...environment, ...proxies } }),
    };
    return {
        httpAgent: new external_node_http_.Agent(options),
        httpsAgent: new external_node_https_.Agent(options),
        connectionTimeout: 5_000,
        requestTimeout: 30_000,
        throwOnRequestTimeout: true,
    };
}
/** The proxies that are set, each as a URL: Node passes over one without a scheme, which other programs take for HTTP. */
function readProxies(environment) {
    const proxies = {};
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']) {
        const value = emptyAsUndefined(environment[name]);
        if (value === undefined)
            continue;
        const url = value.includes('://') ? value : `http://${value}`;
        // Without what it holds, which can be a password.
        if (!/^https?:/i.test(url) || !URL.canParse(url))
            throw new errors/* UserError */.yo('parameters', `The environment variable ${name} is not the URL of an HTTP proxy. Set it to one, such as http://web-proxy.example.com:3128, or unset it.`);
        proxies[name] = url;
    }
    return Object.keys(proxies).length === 0 ? undefined : proxies;
}
/** Without `info` the SDK, which looks for it first, spares itself the filtering of each answer for a log that nobody keeps. */
function quietLogger(log) {
    const nothing = () => undefined;
    const warn = (text) => {
        log.debug((0,src_log/* oneLine */.T)(text));
    };
    return { debug: nothing, warn, error: nothing };
}
function emptyAsUndefined(value) {
    return value === undefined || value.trim() === '' ? undefined : value.trim();
}

;// CONCATENATED MODULE: ./src/identity-center/records.ts
/**
 * The records of a list by their id. A moving list repeats records: of two with different content the one with the later
 * UpdatedAt stays, else the one with the greater bytes, so that the order of the answers never matters.
 */
class Records {
    conflicts = 0;
    /** Whether the list has been read to its end. */
    isComplete = false;
    idOf;
    byId = new Map();
    constructor(idOf) {
        this.idOf = idOf;
    }
    get size() {
        return this.byId.size;
    }
    add(record) {
        const id = this.idOf(record);
        const known = this.byId.get(id);
        if (known === undefined) {
            this.byId.set(id, record);
            return;
        }
        const [before, now] = [contentOf(known), contentOf(record)];
        if (before !== now)
            this.conflicts += 1;
        const [earlier, later] = [known.UpdatedAt ?? 0, record.UpdatedAt ?? 0];
        const isNewer = later === earlier ? Buffer.compare(Buffer.from(now), Buffer.from(before)) > 0 : later > earlier;
        if (isNewer)
            this.byId.set(id, record);
    }
    /** Adds the pages of a list, to its end. */
    async addAll(pages, onPage = () => undefined) {
        for await (const page of pages) {
            for (const record of page)
                this.add(record);
            onPage();
        }
        this.isComplete = true;
        onPage();
    }
    /** Adds what only the other list holds; returns how many. */
    addMissing(other) {
        const before = this.size;
        for (const [id, record] of other.byId)
            if (!this.byId.has(id))
                this.byId.set(id, record);
        return this.size - before;
    }
    has(id) {
        return this.byId.has(id);
    }
    delete(id) {
        this.byId.delete(id);
    }
    /** The one string that stands for an id, so that a million memberships do not keep a million strings. */
    internId(id) {
        const record = this.byId.get(id);
        return record === undefined ? id : this.idOf(record);
    }
    /** Without those for which `isExcluded` holds. */
    ids(isExcluded) {
        if (isExcluded === undefined)
            return [...this.byId.keys()];
        return [...this.byId].flatMap(([id, record]) => (isExcluded(record) ? [] : id));
    }
    values() {
        return [...this.byId.values()];
    }
}
function contentOf(record) {
    return JSON.stringify({ ...record, UpdatedAt: undefined });
}

;// CONCATENATED MODULE: ./src/identity-center/consistency.ts


/**
 * Reads a list once more where memberships name what it did not hold, or where something may not have vanished, and adds
 * what it holds now. By group, the memberships of a late group were not read, by user those of a late user; the next run
 * has both.
 *
 * @throws UserError (unavailable) where the list still holds what is said to have vanished
 */
async function reconcile(reader, { users, groups, memberships }, direction) {
    const { userIds, groupIds, vanishedUsers, vanishedGroups, doubtful } = memberships;
    async function addLate(known, named, vanished, isDoubted, list) {
        const isLate = named.some((id) => !known.has(id) && !vanished.has(id));
        if (!isLate && !(isDoubted && doubtful.size > 0))
            return 0;
        const now = new Records(known.idOf);
        await now.addAll(list());
        const contradicted = [...doubtful].filter((id) => now.has(id)).length;
        if (contradicted > 0)
            throw new errors/* UserError */.yo('unavailable', `AWS lists ${String(contradicted)} users or groups, but reports their memberships as not found. Nothing was written. Run again later.`);
        return isLate ? known.addMissing(now) : 0;
    }
    const isByUser = direction === 'by user';
    return {
        lateUsers: await addLate(users, userIds, vanishedUsers, isByUser, reader.listUsers),
        lateGroups: await addLate(groups, groupIds, vanishedGroups, !isByUser, reader.listGroups),
    };
}
/** Makes one store of the three readings: without what vanished, without memberships of what no list holds. */
function toIdentityStore({ users, groups, memberships }, late) {
    const { userIds, groupIds, vanishedUsers, vanishedGroups } = memberships;
    for (const id of vanishedGroups)
        groups.delete(id);
    for (const id of vanishedUsers)
        users.delete(id);
    const isKnownUser = userIds.map((id) => users.has(id));
    const isKnownGroup = groupIds.map((id) => groups.has(id));
    let orphanMemberships = 0;
    const groupIdsByUserId = memberships.byUser((user, group) => {
        if (isKnownUser[user] === true && isKnownGroup[group] === true)
            return true;
        const isVanished = vanishedUsers.has(userIds[user] ?? '') || vanishedGroups.has(groupIds[group] ?? '');
        if (!isVanished)
            orphanMemberships += 1;
        return false;
    });
    const findings = {
        vanishedGroups: vanishedGroups.size,
        vanishedUsers: vanishedUsers.size,
        ...late,
        orphanMemberships,
        otherMembers: memberships.otherMembers,
        conflictingRecords: users.conflicts + groups.conflicts,
    };
    return { users: users.values(), groups: groups.values(), groupIdsByUserId, findings };
}

;// CONCATENATED MODULE: ./src/identity-center/memberships.ts

/** Room for the number of a group: a user's number times this, and a group's, are a pair that a double holds whole. */
const GROUPS = 2 ** 32;
/**
 * What the memberships, read in one direction, say. A million are a column of pairs, 8 bytes each, over two tables of ids,
 * which are interned by the two lists.
 */
function createMemberships(users, groups) {
    const userTable = createTable((id) => users.internId(id));
    const groupTable = createTable((id) => groups.internId(id));
    let pairs = new Float64Array(1024);
    let count = 0;
    const vanished = { GROUP: new Set(), USER: new Set() };
    /** Vanished by an answer that does not say what is missing: a second reading of the list must confirm it. */
    const doubtful = new Set();
    let otherMembers = 0;
    return {
        /** Whoever is named by one, also what no list holds; the index of an id is its number. */
        userIds: userTable.ids,
        groupIds: groupTable.ids,
        vanishedGroups: vanished.GROUP,
        vanishedUsers: vanished.USER,
        doubtful,
        /** Memberships read so far, repeated ones too. */
        get count() {
            return count;
        },
        /** Members that are not users. */
        get otherMembers() {
            return otherMembers;
        },
        /** @param userId absent, or empty, of a member that is not a user */
        add: (userId, groupId) => {
            if (userId === undefined || userId === '') {
                otherMembers += 1;
                return;
            }
            if (count === pairs.length) {
                const longer = new Float64Array(count * 2);
                longer.set(pairs);
                pairs = longer;
            }
            pairs[count++] = userTable.numberOf(userId) * GROUPS + groupTable.numberOf(groupId);
        },
        /**
         * Those that are to be kept, without repeats; to be called once, at the end.
         * @param isKept asked once for each user and group, by their numbers
         */
        byUser(isKept) {
            const sorted = pairs.subarray(0, count).sort();
            // What is kept moves to the beginning: that of each user, who has at least one pair, up to where it ends.
            const ends = new Uint32Array(userTable.ids.length);
            let [kept, previous] = [0, -1];
            for (const pair of sorted) {
                const user = Math.floor(pair / GROUPS);
                if (pair !== previous && isKept(user, pair - user * GROUPS))
                    sorted[kept++] = pair;
                ends[user] = kept;
                previous = pair;
            }
            const pairsOf = (user) => sorted.subarray(user === 0 ? 0 : ends[user - 1], ends[user]);
            const idsOf = (user) => Array.from(pairsOf(user), (pair) => groupTable.ids[pair - user * GROUPS] ?? '');
            return {
                get(userId) {
                    const user = userTable.find(userId);
                    return user === undefined || pairsOf(user).length === 0 ? undefined : idsOf(user);
                },
                *[Symbol.iterator]() {
                    for (const [user, id] of userTable.ids.entries())
                        if (pairsOf(user).length > 0)
                            yield [id, idsOf(user)];
                },
            };
        },
        /** Notes that a group or user is gone, where that is what the error says; else throws the error. */
        noteVanished(error, type, id) {
            const { resourceType } = (0,advice/* causeOf */.rl)(error);
            if (!(0,advice/* isNotFound */.c4)(error) || (resourceType ?? type) !== type)
                throw error;
            if (resourceType === undefined)
                doubtful.add(id);
            vanished[type].add(id);
        },
    };
}
/** Ids, each with its number; a new one for an id that is not yet there. */
function createTable(intern) {
    const ids = [];
    const numbers = new Map();
    return {
        ids,
        find: (id) => numbers.get(id),
        numberOf(id) {
            const known = numbers.get(id);
            if (known !== undefined)
                return known;
            const own = intern(id);
            numbers.set(own, ids.length);
            return ids.push(own) - 1;
        },
    };
}

// EXTERNAL MODULE: ./src/identity-center/identity-store.ts
var identity_store = __webpack_require__(2820);
;// CONCATENATED MODULE: ./src/identity-center/store-reader.ts



const USERS = (0,schema/* member */.Dc)('Users', (0,schema/* list */.p_)(identity_store/* USER */.m3));
const store_reader_GROUPS = (0,schema/* member */.Dc)('Groups', (0,schema/* list */.p_)(identity_store/* GROUP */.UP));
const USER_IDS = (0,schema/* member */.Dc)('GroupMemberships', (0,schema/* list */.p_)((0,schema/* member */.Dc)('MemberId', (0,schema/* optional */.lq)((0,schema/* member */.Dc)('UserId', (0,schema/* optional */.lq)(schema/* text */.Qq))))));
const GROUP_IDS = (0,schema/* member */.Dc)('GroupMemberships', (0,schema/* list */.p_)((0,schema/* member */.Dc)('GroupId', schema.id)));
/** The lists of one identity store, page by page to their end, each call at its turn. They throw UserError. */
function createStoreReader(api, options) {
    const store = { IdentityStoreId: options.identityStoreId };
    const extensions = options.enterprise ? { Extensions: ['aws:identitystore:enterprise'] } : {};
    const read = (call) => (0,pages/* readPages */.n)(call, options);
    return {
        listUsers: () => read({
            operation: 'ListUsers',
            priority: 'lists',
            send: (page, sendOptions) => api.listUsers({ ...store, ...extensions, ...page }, sendOptions),
            records: USERS,
        }),
        listGroups: () => read({
            operation: 'ListGroups',
            priority: 'lists',
            send: (page, sendOptions) => api.listGroups({ ...store, ...page }, sendOptions),
            records: store_reader_GROUPS,
        }),
        /** The ids of a group's users; undefined, or empty, of members that are not users. */
        listGroupMemberships: (GroupId) => read({
            operation: 'ListGroupMemberships',
            send: (page, sendOptions) => api.listGroupMemberships({ ...store, GroupId, ...page }, sendOptions),
            records: USER_IDS,
        }),
        /** The ids of a user's groups. */
        listGroupMembershipsForMember: (UserId) => read({
            operation: 'ListGroupMembershipsForMember',
            send: (page, sendOptions) => api.listGroupMembershipsForMember({ ...store, MemberId: { UserId }, ...page }, sendOptions),
            records: GROUP_IDS,
        }),
    };
}

// EXTERNAL MODULE: ./src/identity-center/time.ts
var identity_center_time = __webpack_require__(4431);
;// CONCATENATED MODULE: ./src/identity-center/crawl.ts







/**
 * Reads the whole identity store with the fewest calls: the two lists side by side, and the memberships in the direction
 * of the fewer objects (a tie goes by group), from the moment that this direction is certain.
 *
 * @param lists empty; they are filled
 * @throws UserError; a list that cannot be read to its end is never taken for a short one
 */
async function crawl(api, lists, options) {
    const { time, log, requestsPerSecond } = options;
    const { signal, abort } = (0,concurrency/* abortable */.ZC)(options.signal);
    const limiter = (0,rate_limiter/* createRateLimiter */.x)({ ...options, signal });
    const { users, groups } = lists;
    const state = { users, groups, memberships: createMemberships(users, groups) };
    const startedAt = time.now();
    const onPage = (0,identity_center_time.reportProgress)(() => progressOf(state, limiter.statistics), time, log);
    const readerUntil = (end) => createStoreReader(api, { ...options, limiter, signal: end, onPage });
    const reader = readerUntil(signal);
    async function readByUser() {
        const { memberships } = state;
        const byUser = (0,concurrency/* abortable */.ZC)(signal);
        const list = readerUntil(byUser.signal).listGroupMembershipsForMember;
        try {
            await (0,concurrency/* readEachAfterFirst */.uM)(users.ids(), membershipReader(memberships, 'USER', list, memberships.add), state);
        }
        catch (error) {
            byUser.abort();
            throw error;
        }
    }
    async function readByGroup() {
        const { memberships } = state;
        const list = reader.listGroupMemberships;
        const add = (groupId, userId) => {
            memberships.add(userId, groupId);
        };
        await (0,concurrency/* readEach */.e2)(await lists.groupIds(), membershipReader(memberships, 'GROUP', list, add), state);
    }
    async function readMemberships() {
        if ((await lists.direction()) === 'by user') {
            try {
                await readByUser();
                return 'by user';
            }
            catch (error) {
                if (!(0,advice/* isPlainDenial */.oB)(error))
                    throw error;
                log.info('AWS denied ListGroupMembershipsForMember, so memberships are read by group, which needs more calls. To save them, allow the IAM action identitystore:ListGroupMembershipsForMember for the role of this run.');
                state.memberships = createMemberships(users, groups);
            }
        }
        await readByGroup();
        return 'by group';
    }
    try {
        const [direction] = await Promise.all([readMemberships(), lists.read(reader)]);
        const late = await reconcile(reader, state, direction);
        const seconds = (time.now() - startedAt) / 1000;
        const ratePerSecond = (0,rate_limiter/* steadyRate */.$H)(limiter.statistics.attempts, seconds, requestsPerSecond);
        return {
            store: toIdentityStore(state, late),
            cost: { direction, seconds, ratePerSecond, ...limiter.statistics },
        };
    }
    catch (error) {
        abort(error);
        throw error;
    }
}
/** Reads the memberships of one group, or of one user; none where it has vanished. */
function membershipReader(memberships, type, list, add) {
    return async (id) => {
        try {
            for await (const page of list(id))
                for (const other of page)
                    add(id, other);
        }
        catch (error) {
            memberships.noteVanished(error, type, id);
        }
    };
}
function progressOf({ users, groups, memberships, left }, { attempts, throttles }) {
    const rest = left === undefined ? 'still listing' : `${String(left.count)} left to read`;
    return (`${String(users.size)} users, ${String(groups.size)} groups, ${String(memberships.count)} memberships, ` +
        `${String(attempts)} calls, ${String(throttles)} throttled; ${rest}`);
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
;// CONCATENATED MODULE: ./src/identity-center/store-lists.ts


/**
 * The two lists of a store. Each question is answered as soon as the rest of the lists cannot change the answer; none is
 * any more once they cannot be read.
 *
 * @param isExcluded whether a user is left out of the snapshot
 */
function createStoreLists(isExcluded) {
    const users = new Records(({ UserId }) => UserId);
    const groups = new Records(({ GroupId }) => GroupId);
    const pages = new external_node_events_.EventEmitter();
    let complete;
    return {
        users,
        groups,
        /** Reads both, side by side. */
        async read(reader) {
            const onPage = () => {
                if (users.isComplete && groups.isComplete)
                    complete ??= { groups: groups.ids(), users: users.ids(isExcluded) };
                pages.emit('page');
            };
            await Promise.all([
                users.addAll(reader.listUsers(), onPage),
                groups.addAll(reader.listGroups(), onPage),
            ]);
        },
        /** That of the fewer objects; a tie goes by group. */
        async direction() {
            for (;;) {
                if (groups.isComplete && users.size >= groups.size)
                    return 'by group';
                if (users.isComplete && groups.size > users.size)
                    return 'by user';
                await (0,external_node_events_.once)(pages, 'page');
            }
        },
        async groupIds() {
            while (!groups.isComplete)
                await (0,external_node_events_.once)(pages, 'page');
            return groups.ids();
        },
        /** Whether the lists hold so many principals of the snapshot. */
        async areAtLeast(count) {
            while (complete === undefined) {
                const included = isExcluded === undefined ? users.size : users.ids(isExcluded).length;
                if (groups.size + included >= count)
                    return true;
                await (0,external_node_events_.once)(pages, 'page');
            }
            return complete.groups.length + complete.users.length >= count;
        },
        /** The principals of the snapshot that the lists held at their end. */
        async principals() {
            while (complete === undefined)
                await (0,external_node_events_.once)(pages, 'page');
            return complete;
        },
    };
}

// EXTERNAL MODULE: ./src/snapshot/tags.ts
var tags = __webpack_require__(1071);
;// CONCATENATED MODULE: ./src/source.ts







/** Says who calls and which instance is meant, and reads it when asked to. */
async function openAws(settings, options) {
    const { environment, log } = options;
    const { account, profile, deadlineMs, mapping } = settings;
    const calls = {};
    const aws = await connectAws({ profile, region: settings.region, environment, log });
    const advice = { region: aws.region, account, profile, environment };
    const control = new AbortController();
    const shared = { ...options, calls, deadlineMs, signal: control.signal };
    const named = settings.identityStoreId;
    const readsAccess = settings.access === 'accounts';
    const { origin, primaryRegion, warning, note } = await findInstance(aws, {
        ...shared,
        account,
        identityStoreId: named,
        needsArn: readsAccess,
        advice: named === undefined ? advice : { ...advice, identityStoreId: named },
    });
    const { identityStoreId, ownerAccount, instanceArn } = origin;
    if (note !== undefined)
        log.info(note);
    log.info(`Reading identity store ${identityStoreId} of account ${ownerAccount ?? account} in ${aws.region}.`);
    return {
        kind: 'aws',
        description: { ...origin, ...mapping },
        async read() {
            const owner = { ...advice, account: ownerAccount ?? account, identityStoreId };
            const both = { ...shared, requestsPerSecond: settings.requestsPerSecond };
            const lists = createStoreLists(mapping.disabledUsers === 'exclude' ? identity_store/* isDisabled */.d6 : undefined);
            const readIdentities = async () => {
                const { store, cost } = await crawl(await aws.identityStore(), lists, {
                    ...both,
                    identityStoreId,
                    enterprise: mapping.tags.some((tag) => tags/* TAGS */.gp[tag].enterprise),
                    advice: owner,
                });
                const { mapIdentityStore } = await __webpack_require__.e(/* import() */ 798).then(__webpack_require__.bind(__webpack_require__, 6798));
                const mapped = mapIdentityStore(store, mapping);
                refuseEmpty(mapped.counts, identityStoreId);
                return { ...mapped, cost, store };
            };
            const readBeside = async () => {
                const { readAccess } = await __webpack_require__.e(/* import() */ 183).then(__webpack_require__.bind(__webpack_require__, 9183));
                if (instanceArn === null)
                    throw withoutArn(identityStoreId);
                const api = {
                    admin: await aws.ssoAdmin(primaryRegion),
                    organizations: await aws.organizations(),
                };
                const mapped = readIdentities();
                return Promise.all([
                    mapped,
                    readAccess(api, {
                        ...both,
                        instanceArn,
                        lists,
                        snapshotPrincipals: () => mapped.then(principalsOf),
                        advice: { ...owner, region: primaryRegion, instanceArn },
                    }),
                ]);
            };
            try {
                const [mapped, access] = readsAccess ? await readBeside() : [await readIdentities()];
                const { identities, counts, findings, store, cost } = mapped;
                if (findings.excludedUsers > 0)
                    log.info(`Disabled users left out, as set in disabled-users: ${findings.excludedUsers}.`);
                return {
                    identities,
                    counts,
                    findings: [
                        ...(warning === undefined ? [] : [warning]),
                        ...describeFindings({ ...store.findings, ...findings, ...access?.findings }),
                    ],
                    cost: { ...cost, calls, notes: note === undefined ? [] : [note] },
                    ...(access === undefined
                        ? {}
                        : { access: access.access, accessCost: { way: access.way, ...access.cost } }),
                };
            }
            catch (error) {
                // One that fails ends the other.
                control.abort();
                throw error;
            }
        },
    };
}
function principalsOf({ identities, store }) {
    const users = identities.users.map(({ externalId }) => externalId);
    const isIncluded = new Set(users);
    const excludedUsers = store.users.flatMap(({ UserId }) => (isIncluded.has(UserId) ? [] : UserId));
    return { groups: identities.groups.map(({ externalId }) => externalId), users, excludedUsers };
}
function withoutArn(identityStoreId) {
    return new errors/* UserError */.yo('unavailable', `AWS did not return the instance ARN of identity store ${identityStoreId}, so its permission sets cannot be read. Nothing was written. Run again later, or set access: none.`);
}
/**
 * Reads a snapshot directory as the source; nothing of it is believed before its manifest has been verified.
 *
 * @param directory absolute
 */
async function openDirectory(directory, account) {
    const { directoryFiles, readSnapshot, verifySnapshotBelongs } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 9009));
    const snapshot = await readSnapshot(directoryFiles(directory), { manifest: 'required' });
    if (snapshot?.manifest === undefined)
        throw new errors/* UserError */.yo('precondition', `There is no snapshot in the source directory ${directory}. Choose a directory that AWS Organization Sync wrote.`);
    verifySnapshotBelongs(snapshot, account);
    const { manifest, access, ...identities } = snapshot;
    const { format: _format, files, counts, ...description } = manifest;
    return {
        kind: 'directory',
        description,
        read: () => Promise.resolve({
            identities,
            access,
            counts,
            usersSha256: files['users.json'].sha256,
            findings: [],
        }),
    };
}
/** Raito deletes whatever a file no longer names, so nobody is never the answer. */
function refuseEmpty({ users }, identityStoreId) {
    if (users > 0)
        return;
    throw new errors/* UserError */.yo('precondition', `There are no users in identity store ${identityStoreId}. Raito would delete every identity, so nothing was written. Check the account, the region, the instance and disabled-users.`);
}
function describeFindings(findings) {
    const sentences = Object.entries(COUNTED).flatMap(([name, [what, outcome]]) => {
        const count = findings[name] ?? 0;
        return count > 0 ? `${what}: ${count} (${outcome}).` : [];
    });
    return findings.withoutNames === undefined ? sentences : [...sentences, findings.withoutNames];
}
const COUNTED = {
    vanishedGroups: ['Groups that were deleted while the store was read', 'left out'],
    vanishedUsers: ['Users that were deleted while the store was read', 'left out'],
    lateUsers: ['Users that appeared while the store was read', 'added'],
    lateGroups: ['Groups that appeared while the store was read', 'added'],
    orphanMemberships: ['Memberships of a user or group that AWS does not list', 'left out'],
    otherMembers: ['Members of groups that are not users', 'left out'],
    conflictingRecords: ['Records that came twice with different content', 'the later one is used'],
    usersWithoutUserName: ['Users without a user name', 'their ID is used instead'],
    groupsWithoutDisplayName: ['Groups without a display name', 'their ID is used instead'],
    vanishedSets: ['Permission sets that were deleted while they were read', 'left out with their assignments'],
    unknownPrincipals: ['Assignments of users or groups that are not in the identity store', 'left out'],
    namelessSets: ['Permission sets without a name', 'their ARN is used instead'],
};


/***/ })

};
