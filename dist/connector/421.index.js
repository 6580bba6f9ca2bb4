export const id = 421;
export const ids = [421];
export const modules = {

/***/ 5421:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createAccessApi: () => (/* binding */ createAccessApi)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_organizations__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2503);
/* harmony import */ var _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1488);
/* harmony import */ var _answer_bounds_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7244);



/** SSO Admin in the region that `admin` is made for, Organizations where the SDK sends it. */
function createAccessApi(admin, configuration) {
    const organizations = (0,_answer_bounds_js__WEBPACK_IMPORTED_MODULE_0__/* .boundAnswers */ .G)(new _aws_sdk_client_organizations__WEBPACK_IMPORTED_MODULE_1__/* .OrganizationsClient */ .gnq(configuration));
    return {
        listPermissionSets: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.ListPermissionSetsCommand(input), { abortSignal }),
        listAccountsForProvisionedPermissionSet: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.ListAccountsForProvisionedPermissionSetCommand(input), { abortSignal }),
        listAccountAssignments: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.ListAccountAssignmentsCommand(input), { abortSignal }),
        listAccountAssignmentsForPrincipal: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.ListAccountAssignmentsForPrincipalCommand(input), { abortSignal }),
        describePermissionSet: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.DescribePermissionSetCommand(input), { abortSignal }),
        listManagedPolicies: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.ListManagedPoliciesInPermissionSetCommand(input), { abortSignal }),
        listCustomerManagedPolicies: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.ListCustomerManagedPolicyReferencesInPermissionSetCommand(input), { abortSignal }),
        getInlinePolicy: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.GetInlinePolicyForPermissionSetCommand(input), { abortSignal }),
        getPermissionsBoundary: (input, abortSignal) => admin.send(new _aws_sdk_client_sso_admin__WEBPACK_IMPORTED_MODULE_2__.GetPermissionsBoundaryForPermissionSetCommand(input), { abortSignal }),
        listAccounts: (input, abortSignal) => organizations.send(new _aws_sdk_client_organizations__WEBPACK_IMPORTED_MODULE_1__/* .ListAccountsCommand */ .Q0l(input), { abortSignal }),
    };
}


/***/ })

};
