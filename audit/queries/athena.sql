-- What one person did, from a trail's files: Athena over the table that athena-table.sql makes.
-- The columns up to source_identity are what it found them by; how sure that is, the command says (audit/identified.ts).
-- Athena takes parameters in WHERE alone: the rules stand there once, and the columns repeat none.
--
-- `npm run audit -- … --print-query` prints it filled in. By hand: {{table}} is "database"."table", every other {{name}}
-- a text in single quotes:
--   user_id         '93f7a2c4-0000-4000-8000-000000000001', the person in the identity store
--   identity_store  'arn:aws:identitystore::%:identitystore/d-906716eb24', this identity store in any account
--   profile_names   'alice' or 'alice,alice-old', in lower case: the person's Studio profiles
--   accounts        '444455556666,777788889999', the studios' accounts
--   session_name    'alice', in lower case, or '-' for none
--   own_roles       '^arn:aws:iam::(444455556666):role(/studio/|/studio-compute/)(research)/', roles that only SageMaker can assume
--   since, until    '2026-11-15T00:00:00Z'
--   first_day, last_day  '2026/11/15': the partitions to read. CloudTrail may file an event a day later.
SELECT
  eventtime AS event_time,
  useridentity.onbehalfof.userid AS on_behalf_of,
  CASE
    WHEN eventsource = 'sso-oauth.amazonaws.com'
    THEN json_extract_scalar(additionaleventdata, '$["identitystore:UserId"]')
  END AS token_for,
  useridentity.type AS caller_type,
  useridentity.arn AS caller,
  useridentity.invokedby AS invoked_by,
  useridentity.sessioncontext.sessionissuer.arn AS role,
  useridentity.sessioncontext.sourceidentity AS source_identity,
  recipientaccountid AS account,
  awsregion AS region,
  eventsource AS service,
  eventname AS action,
  element_at(resources, 1).arn AS resource,
  requestparameters AS request,
  readonly AS read_only,
  errorcode AS error,
  requestid AS request_id,
  eventid AS event_id,
  sharedeventid AS shared_event_id
FROM {{table}}
WHERE day >= {{first_day}}
  AND day <= {{last_day}}
  AND eventtime >= {{since}}
  AND eventtime < {{until}}
  AND (
    -- AWS says for whom it was done. The user id alone is not enough: another identity store may have it too.
    (
      useridentity.onbehalfof.userid = {{user_id}}
      AND useridentity.onbehalfof.identitystorearn LIKE {{identity_store}}
    )
    -- A token is made for the person, by a service or by somebody: background sessions begin so.
    OR (
      useridentity.onbehalfof.userid IS NULL
      AND eventsource = 'sso-oauth.amazonaws.com'
      AND json_extract_scalar(additionaleventdata, '$["identitystore:UserId"]') = {{user_id}}
      AND json_extract_scalar(additionaleventdata, '$["identitystore:IdentityStoreArn"]') LIKE {{identity_store}}
    )
    -- A session that bears the name of the person's profile, in a studio's account.
    OR (
      useridentity.onbehalfof.userid IS NULL
      AND contains(split({{profile_names}}, ','), lower(useridentity.sessioncontext.sourceidentity))
      AND contains(split({{accounts}}, ','), useridentity.accountid)
    )
    -- A session of one of the project's roles that has the person's user name.
    OR (
      useridentity.onbehalfof.userid IS NULL
      AND lower(split_part(useridentity.principalid, ':', 2)) = {{session_name}}
      AND regexp_like(useridentity.sessioncontext.sessionissuer.arn, {{own_roles}})
    )
  )
ORDER BY eventtime DESC
LIMIT 10000
