"""The plain way that `npm run bench` measures ours against: describe, look the role up, create the profile."""

import boto3

ROLES = {"ML Fraud Scientists": "arn:aws:iam::123456789012:role/fraud"}

identitystore = boto3.client("identitystore", region_name="eu-west-1")
sagemaker = boto3.client("sagemaker", region_name="eu-west-1")


def handler(event, _context):
    parameters = event["detail"]["requestParameters"]
    store = parameters["identityStoreId"]
    group = identitystore.describe_group(IdentityStoreId=store, GroupId=parameters["groupId"])
    user = identitystore.describe_user(IdentityStoreId=store, UserId=parameters["memberId"]["userId"])
    sagemaker.create_user_profile(
        DomainId="d-123456789012",
        UserProfileName=user["UserName"].replace(".", "-"),
        SingleSignOnUserIdentifier="UserName",
        SingleSignOnUserValue=user["UserName"],
        UserSettings={"ExecutionRole": ROLES[group["DisplayName"]]},
    )
