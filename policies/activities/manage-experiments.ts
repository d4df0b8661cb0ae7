import { createOwn, ownThings } from "../own-team";
import { runWithOwnRoles } from "../run-with-own-roles";
import type { Statement } from "../statement";
import type { StudioScope } from "../studio-scope";

/**
 * Keep experiments and the lineage of what came of them, and track runs in MLflow apps. MLflow's older tracking servers
 * are left out: AWS compares no tags on them.
 */
export function manageExperiments(studio: StudioScope): readonly Statement[] {
  return [
    ...ownThings(studio, {
      types: [
        "action",
        "artifact",
        "context",
        "experiment",
        "experiment-trial",
        "experiment-trial-component",
        "mlflow-app",
      ],
      // AWS's reference asks for it where a component is taken out of a trial.
      alsoUses: ["processing-job"],
      creates: [
        "CreateAction",
        "CreateArtifact",
        "CreateContext",
        "CreateExperiment",
        "CreateMlflowApp",
        "CreateTrialComponent",
      ],
      uses: [
        "AddAssociation",
        "AssociateTrialComponent",
        "CallMlflowAppApi",
        "CreatePresignedMlflowAppUrl",
        // In an experiment of the team.
        "CreateTrial",
        "DeleteAction",
        "DeleteArtifact",
        "DeleteAssociation",
        "DeleteContext",
        "DeleteExperiment",
        "DeleteMlflowApp",
        "DeleteTrial",
        "DeleteTrialComponent",
        "DescribeMlflowApp",
        "DisassociateTrialComponent",
        "UpdateAction",
        "UpdateArtifact",
        "UpdateContext",
        "UpdateExperiment",
        "UpdateMlflowApp",
        "UpdateTrial",
        "UpdateTrialComponent",
      ],
      lists: ["ListMlflowApps"],
    }),
    createOwn(studio, "CreateOwnTrials", "CreateTrial", "experiment-trial"),
    ...runWithOwnRoles(studio),
  ];
}
