-- What one person did, from a CloudTrail Lake event data store.
-- The columns up to source_identity are what it found them by; how sure that is, the command says (audit/identified.ts).
--
-- `npm run audit -- … --print-query` prints it filled in. By hand: {{event_data_store}} is the id at the end of the
-- store's ARN, {{first_day}} and {{last_day}} are numbers like 20261115, every other {{name}} a text in single quotes:
--   user_id         '93f7a2c4-0000-4000-8000-000000000001', the person in the identity store
--   identity_store  'arn:aws:identitystore::%:identitystore/d-906716eb24', this identity store in any account
--   profile_names   'alice' or 'alice,alice-old', in lower case: the person's Studio profiles
--   accounts        '444455556666,777788889999', the studios' accounts
--   session_name    'alice', in lower case, or '-' for none
--   own_roles       '^arn:aws:iam::(444455556666):role(/studio/|/studio-compute/)(research)/', roles that only SageMaker can assume
--   since, until    '2026-11-15 00:00:00', UTC
SELECT
  CAST(eventTime AS varchar) AS event_time,
  userIdentity.onBehalfOf.userId AS on_behalf_of,
  CASE
    WHEN eventSource = 'sso-oauth.amazonaws.com'
    THEN element_at(additionalEventData, 'identitystore:UserId')
  END AS token_for,
  userIdentity.type AS caller_type,
  userIdentity.arn AS caller,
  userIdentity.invokedBy AS invoked_by,
  userIdentity.sessionContext.sessionIssuer.arn AS role,
  userIdentity.sessionContext.sourceIdentity AS source_identity,
  recipientAccountId AS account,
  awsRegion AS region,
  eventSource AS service,
  eventName AS action,
  element_at(resources, 1).arn AS resource,
  json_format(CAST(requestParameters AS JSON)) AS request,
  CAST(readOnly AS varchar) AS read_only,
  errorCode AS error,
  requestId AS request_id,
  eventId AS event_id,
  sharedEventId AS shared_event_id
FROM {{event_data_store}}
WHERE eventTime >= {{since}}
  AND eventTime < {{until}}
-- only a store with this partition key: AND calendarday >= {{first_day}} AND calendarday <= {{last_day}}
  AND (
    -- AWS says for whom it was done. The user id alone is not enough: another identity store may have it too.
    (
      userIdentity.onBehalfOf.userId = {{user_id}}
      AND userIdentity.onBehalfOf.identityStoreArn LIKE {{identity_store}}
    )
    -- A token is made for the person, by a service or by somebody: background sessions begin so.
    OR (
      userIdentity.onBehalfOf.userId IS NULL
      AND eventSource = 'sso-oauth.amazonaws.com'
      AND element_at(additionalEventData, 'identitystore:UserId') = {{user_id}}
      AND element_at(additionalEventData, 'identitystore:IdentityStoreArn') LIKE {{identity_store}}
    )
    -- A session that bears the name of the person's profile, in a studio's account.
    OR (
      userIdentity.onBehalfOf.userId IS NULL
      AND contains(split({{profile_names}}, ','), lower(userIdentity.sessionContext.sourceIdentity))
      AND contains(split({{accounts}}, ','), userIdentity.accountId)
    )
    -- A session of one of the project's roles that has the person's user name.
    OR (
      userIdentity.onBehalfOf.userId IS NULL
      AND lower(split_part(userIdentity.principalId, ':', 2)) = {{session_name}}
      AND regexp_like(userIdentity.sessionContext.sessionIssuer.arn, {{own_roles}})
    )
  )
ORDER BY eventTime DESC
LIMIT 10000
